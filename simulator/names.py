"""Where the people come from: names as their owners write them, with the Latin form that a profile address uses.

All invented by combination; nobody is meant. `written|latin` where the two differ.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One given or family name."""

    written: str
    latin: str


@dataclass(frozen=True, slots=True)
class Culture:
    """Names that go together, and the places their bearers live in."""

    given: tuple[Name, ...]
    family: tuple[Name, ...]
    places: tuple[str, ...]


def _names(text: str) -> tuple[Name, ...]:
    parts = (entry.strip().partition("|") for entry in text.split(","))
    return tuple(Name(written, latin or written.lower().replace(" ", "-")) for written, _, latin in parts)


def _culture(given: str, family: str, places: str) -> Culture:
    return Culture(_names(given), _names(family), tuple(place.strip() for place in places.split(";")))


CULTURES: tuple[Culture, ...] = (
    _culture(
        "Grace, Olivia, Hannah, Thomas, Edward, Chloe, Samuel, Ruby, Oscar, Beatrice, Toby, Imogen",
        "Whitcombe, Ashdown, Farley, Holloway, Pemberton, Thorne, Lockwood, Marsden, Ellery, Winslow, O'Hara|ohara",
        "London, United Kingdom; Leeds, United Kingdom; Bristol, United Kingdom; Dublin, Ireland",
    ),
    _culture(
        "Jörg|joerg, Anneliese, Björn|bjoern, Käthe|kaethe, Matthias, Sabine, Günter|guenter, Lena, Tobias, Ursel",
        "Müller-Brandt|mueller-brandt, Schäfer|schaefer, Weiß|weiss, "
        "Hoffmeister, Krüger|krueger, Lindner, Öttinger|oettinger",
        "Berlin, Germany; Hamburg, Germany; Wien, Österreich; Zürich, Switzerland",
    ),
    _culture(
        "Zoë|zoe, Élodie|elodie, François|francois, Théo|theo, "
        "Amélie|amelie, Luc, Hélène|helene, Mathis, Noémie|noemie",
        "Lefèvre|lefevre, Dubois-Caron, Moreau, Gagné|gagne, "
        "Bélanger|belanger, Charpentier, Rousselle, d'Aubigny|daubigny",
        "Paris, France; Lyon, France; Montréal, Canada; Bruxelles, Belgium",
    ),
    _culture(
        "Íñigo|inigo, Lucía|lucia, Sofía|sofia, Andrés|andres, Begoña|begona, Joaquín|joaquin, Ximena, Raúl|raul",
        "Núñez|nunez, Ibáñez|ibanez, Castaño|castano, Peñalver|penalver, "
        "Quiroga, Valdés|valdes, Ferreiro, Montalbán|montalban",
        "Madrid, Spain; Ciudad de México, México; Bogotá, Colombia; Buenos Aires, Argentina",
    ),
    _culture(
        "João|joao, Conceição|conceicao, Tiago, Inês|ines, Rodrigo, Luísa|luisa, Gonçalo|goncalo, Beatriz",
        "Magalhães|magalhaes, Simões|simoes, Guimarães|guimaraes, Furtado, Nogueira, Assunção|assuncao",
        "São Paulo, Brazil; Lisboa, Portugal; Porto, Portugal",
    ),
    _culture(
        "Priya, Arjun, Kavya, Rohan, Meera, Vikram, Ananya, Siddharth, Lakshmi, Imran",
        "Raghunathan, Deshpande, Chatterjee, Iyengar, Malhotra, Banerjee, Kulkarni, Subramaniam, Qureshi",
        "Pune, India; Bengaluru, India; Mumbai, India; Singapore",
    ),
    _culture(
        "佳怡|jiayi, 子轩|zixuan, 雨桐|yutong, 浩然|haoran, 思远|siyuan, 美玲|meiling, 建国|jianguo",
        "欧阳|ouyang, 陈|chen, 林|lin, 黄|huang, 司徒|situ, 郑|zheng, 谢|xie",
        "上海, 中国; 深圳, 中国; 台北, 台灣; Hong Kong SAR",
    ),
    _culture(
        "さくら|sakura, 健太|kenta, 美咲|misaki, 陽翔|haruto, 結衣|yui, 直樹|naoki",
        "小野寺|onodera, 長谷川|hasegawa, 高橋|takahashi, 五十嵐|igarashi, 渡辺|watanabe",
        "東京, 日本; 大阪, 日本; Fukuoka, Japan",
    ),
    _culture(
        "지우|jiwoo, 서연|seoyeon, 민준|minjun, 하은|haeun, 도윤|doyun",
        "남궁|namgung, 김|kim, 선우|seonwoo, 황보|hwangbo, 윤|yoon",
        "서울, 대한민국; Busan, South Korea",
    ),
    _culture(
        "Łukasz|lukasz, Żaneta|zaneta, Małgorzata|malgorzata, Paweł|pawel, Agnieszka, Grzegorz",
        "Wiśniewska|wisniewska, Żółkiewski|zolkiewski, "
        "Dąbrowski|dabrowski, Kaczmarczyk, Brzęczyszczykiewicz|brzeczyszczykiewicz",
        "Kraków, Poland; Warszawa, Poland; Gdańsk, Poland",
    ),
    _culture(
        "Ayşe|ayse, Emre, Çağla|cagla, Oğuz|oguz, Şebnem|sebnem, İbrahim|ibrahim",
        "Yıldırım|yildirim, Öztürk|ozturk, Kılıç|kilic, Güneş|gunes, Demirağ|demirag",
        "İstanbul, Türkiye; Ankara, Türkiye",
    ),
    _culture(
        "ليلى|layla, عمر|omar, Yasmin, Khalid, نور|noor, Tariq, Salma",
        "الفارسي|alfarsi, Haddad, Benali, منصور|mansour, El Amrani|el-amrani, Darwish",
        "Dubai, United Arab Emirates; Casablanca, Morocco; عمّان, الأردن",
    ),
    _culture(
        "Oluwaseun, Adaeze, Chinedu, Ngozi, Kwame, Thandiwe, Sipho, Amara, Wanjiru",
        "Okonkwo, Adeyemi, Mensah, Dlamini, Nwachukwu, Boateng, Kamau, Mokoena",
        "Lagos, Nigeria; Nairobi, Kenya; Johannesburg, South Africa; Accra, Ghana",
    ),
    _culture(
        "Олена|olena, Дмитро|dmytro, Світлана|svitlana, Andrii, Катерина|kateryna, Milica, Željko|zeljko",
        "Шевчук|shevchuk, Коваленко|kovalenko, Petrović|petrovic, Jovanović|jovanovic, Мельник|melnyk, Horvat",
        "Київ, Україна; Beograd, Serbia; Zagreb, Croatia",
    ),
    _culture(
        "Åsa|asa, Bjørn|bjorn, Solveig, Søren|soren, Päivi|paivi, Jökull|jokull, Freja, Mikko",
        "Lindqvist, Ødegård|odegard, Sørensen|sorensen, "
        "Hämäläinen|hamalainen, Guðmundsdóttir|gudmundsdottir, Nyström|nystrom",
        "Oslo, Norway; København, Denmark; Stockholm, Sweden; Helsinki, Finland; Reykjavík, Iceland",
    ),
    _culture(
        "Nguyệt|nguyet, Minh, Thảo|thao, Đức|duc, Quỳnh|quynh, Siti, Budi, Ananda",
        "Nguyễn|nguyen, Trần|tran, Phạm|pham, Đặng|dang, Wijaya, Santoso",
        "Hà Nội, Việt Nam; Jakarta, Indonesia; Bangkok, Thailand",
    ),
    _culture(
        "Noa, Eitan, שירה|shira, Νίκος|nikos, Ελένη|eleni, Giulia, Niccolò|niccolo, Daan, Sanne",
        "Ben-Ami|ben-ami, Katzir, Παπαδάκης|papadakis, "
        "Rossellini, D'Angelo|dangelo, van der Velde|van-der-velde, de Groot|de-groot",
        "Tel Aviv, Israel; Αθήνα, Ελλάδα; Milano, Italy; Amsterdam, Netherlands",
    ),
)

DECORATIONS = (" 🚀", ", MBA", " 🌱", ", Ph.D.", " ✨", " (she/her)", " | hiring!", " 👩‍💻", " 🇵🇹")
"""What people put behind their family name."""

COMPANY_HEADS = (
    "Aurelia", "Northbeam", "Kestrel", "Lumenfold", "Harbourline", "Tessella", "Brightwater", "Quillon", "Meridian Oak",
    "Fennel & Rye", "Saltmarsh", "Copperleaf", "Vantora", "Ostrava", "Polder", "Sunda", "Grünfeld", "Café Lumière",
    "Nimbus Nine", "Torchwood", "Ironbark", "Pelican", "Skylark", "Zenobia", "Óbidos", "Kiruna", "青空", "한빛",
)  # fmt: skip
COMPANY_TAILS = (
    "Labs", "Logistics", "Health", "Robotics", "Energy", "Foods",
    "Software", "Partners", "Analytics", "GmbH", "S.A.", "AB",
    "Studios", "Freight", "Insurance", "Payments", "Security", "Materials", "& Co.", "Group",
)  # fmt: skip
POSITIONS = (
    "VP Sales", "Head of Growth", "Chief Revenue Officer",
    "Founder & CEO", "COO", "Head of Operations", "Marketing Director",
    "Revenue Operations Lead", "Director of Partnerships",
    "Geschäftsführerin", "Talent Acquisition Lead", "Product Manager",
    "Head of Customer Success", "Directeur commercial", "IT Manager",
    "CTO", "Country Manager Nordics", "Sales Enablement Manager",
    "Procurement Lead", "Business Development Manager",
)  # fmt: skip
