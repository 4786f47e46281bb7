"""What people say: short dialogues by mood, each coherent from any beginning up to any end.

A line starts with `>` for us and `<` for the lead. `{first}`, `{company}`, `{place}` are the lead's, `{me}` is the
sender's; `{topic}`, `{day}`, `{other}` are drawn once for a conversation.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mood:
    """How a lead takes it, what the providers' classifiers call that, and how such dialogues go on."""

    name: str
    weight: int
    tag: str | None
    """HeyReach's automatic tag."""
    intent: str | None
    """NetworkHQ's intent."""
    dialogues: tuple[tuple[str, ...], ...]
    """Each begins with its language."""


OPENINGS: dict[str, tuple[str, ...]] = {
    "en": (
        ">Hi {first}, I saw what {company} is doing with {topic} and had a thought. Worth a short chat?",
        ">Hi {first}, saw your talk on {topic}. Worth a chat?",
        ">Hello {first}! Quick question: who looks after {topic} at {company} these days?",
        ">Hi {first},\n\nteams like yours lose a day a week to {topic}. We give it back.\n\nOpen to a 15-minute look?",
        ">{first}, congratulations on the new role! How is {topic} organised at {company}?",
        ">Hi {first} 👋 are you the right person for {topic} at {company}?",
    ),
    "de": (
        ">Hallo {first}, Glückwunsch zum Wachstum von {company}! Wie löst ihr gerade {topic}?",
        ">Guten Tag {first}, wer kümmert sich bei {company} um {topic}?",
    ),
    "fr": (
        ">Bonjour {first}, j’ai lu votre article sur {topic}. Un échange de 15 minutes vous dirait-il ?",
        ">Bonjour {first}, qui s’occupe de {topic} chez {company} ?",
    ),
    "es": (
        ">Hola {first}, vi que {company} está creciendo. ¿Cómo llevan el tema de {topic}?",
        ">¡Hola {first}! ¿Quién lleva {topic} en {company}?",
    ),
    "ja": (">{first}様、はじめまして。{company}の{topic}についてご相談がありご連絡しました。",),
}
"""By language."""

SILENT = "silent"
"""The mood of those who have not answered."""

NUDGES = (
    ">Just floating this back up, {first}. Is {topic} on your list this quarter?",
    ">No pressure at all. Would a two-page summary be more useful than a call?",
    ">{first}, last note from me: here is how a team in {place} did it: https://example.com/stories/{topic_slug}",
    ">Did this get buried? Happy to talk whenever it suits.",
)
SMALL_TALK = (
    "<Can you resend the invite? It did not reach my calendar.",
    ">Sent again just now, to your work address.",
    "<Got it, thanks.",
    ">Great. Shall I bring our engineer too?",
    "<Yes please, and the numbers for a team of 40.",
    ">Will do. Anything that I should read first?",
    "<Our page on {topic} is still current: https://example.com/{topic_slug}?ref=linkedin&utm_source=a_b",
    ">Read it. Two questions, I will keep them for the call.",
    "<Running five minutes late, sorry.",
    ">No worries, I am here.",
    "<Thanks for today. I have what I need for the steering group.",
    ">Thank you! The recap is in your inbox.",
)
MOODS = (
    Mood(
        SILENT,
        30,
        None,
        None,
        (("en",), ("en",), ("en",), ("de",), ("fr",), ("es",)),
    ),
    Mood(
        "interested",
        16,
        "Interested",
        "INTERESTED",
        (
            (
                "en",
                "<Sounds good. What would the first step be?",
                ">A short call, then a trial with your own data. Does {day} suit you?",
                "<{day} works. After lunch would be best.",
                ">Perfect, I have put 14:00 in. Talk then!",
                "<👍",
            ),
            (
                "en",
                "<Timing is funny, we discussed {topic} this morning. Send me details?",
                ">Of course: https://example.com/brief\n\nWhat would make it a clear yes for {company}?",
                "<It has to work with what we have. No migrations before summer.",
                ">Understood: nothing to migrate, it sits next to your current set-up.",
                "<Then yes, let’s look at it.",
            ),
            (
                "de",
                "<Klingt spannend! Schick mir gern mehr.",
                ">Sehr gern, {first}. Passt dir {day} für eine Viertelstunde?",
                "<Ja, 10 Uhr. Bitte mit Bildschirm, ich möchte es sehen.",
                ">Abgemacht. Der Termin ist raus.",
            ),
            (
                "ja",
                "<面白そうですね。資料を送っていただけますか？",
                ">ありがとうございます。こちらです: https://example.com/ja",
                "<拝見します。来週またご連絡します。",
            ),
            (
                "fr",
                "<Oui, pourquoi pas. Vous avez une démo ?",
                ">Avec plaisir. {day} à 11 h ?",
                "<Parfait, à {day} !",
            ),
        ),
    ),
    Mood(
        "meeting",
        9,
        "Meeting booked",
        "CONVERTED",
        (
            (
                "en",
                "<Happy to. Book something here: https://example.com/meet/{topic_slug}",
                ">Done, {day} at 15:30. Looking forward to it!",
                "<Me too. I will bring {other} from our side.",
                ">Wonderful. Agenda: where you are, what hurts, what we would do. 25 minutes.",
                "<Accepted.",
            ),
            (
                "en",
                "<{day} 9:30 CET?",
                ">{day} 9:30 it is. Video or phone?",
                "<Video. Please keep it to 20 minutes.",
                ">Promise.",
            ),
        ),
    ),
    Mood(
        "price",
        9,
        "Question",
        "CURIOUS",
        (
            (
                "en",
                "<What does it cost? We are 40 people, two of them part-time.",
                ">For 40 people it is 18 € a seat and month, yearly. Part-timers are free.",
                "<And without the yearly commitment?",
                ">22 €. Most teams start monthly and change after the first quarter.",
                "<OK. I need to run that past {other}.",
                ">Sure. I can send a one-page calculation that {other} can keep.",
            ),
            (
                "en",
                "<Is there a price list? I do not do calls before I know the price.",
                ">Fair. Everything is public: https://example.com/pricing",
                "<Refreshing, thanks. I will be in touch.",
            ),
            (
                "es",
                "<¿Cuánto cuesta para un equipo de 12?",
                ">Para 12 personas son 216 € al mes, sin permanencia.",
                "<Vale, lo consulto con {other}.",
            ),
        ),
    ),
    Mood(
        "question",
        8,
        "Question",
        "CURIOUS",
        (
            (
                "en",
                "<Do you also work with teams in {place}?\nWe are 40 people.",
                ">Yes, three of our customers are there. Shall I introduce you to one?",
                "<That would help. Somebody of our size, please.",
                ">I will ask and come back by {day}.",
            ),
            (
                "en",
                "<How is this different from what we have? (No brochure please.)",
                ">In one sentence: it does {topic} without anybody typing numbers twice.",
                "<Hm. That is exactly where it hurts.",
            ),
            (
                "en",
                "<Where is the data kept? Our lawyers will ask before I do.",
                ">In Frankfurt, with a contract that your lawyers can redline.",
                "<Good answer.",
            ),
        ),
    ),
    Mood(
        "not_now",
        10,
        "Not now",
        "DEFERRED",
        (
            (
                "en",
                "<Thanks, but not before the new budget. Try me in the spring?",
                ">Will do. I have put a note in for the second week of March.",
                "<Appreciated.",
            ),
            (
                "de",
                "<Gerade ganz schlecht, wir ziehen um. Meld dich in drei Monaten nochmal.",
                ">Mach ich. Gutes Gelingen beim Umzug!",
            ),
            (
                "en",
                "<We just signed with somebody else for a year, so: next year.",
                ">Fair enough. Good luck with it, {first}!",
            ),
        ),
    ),
    Mood(
        "not_interested",
        8,
        "Not interested",
        "NOT_INTERESTED",
        (
            ("en", "<Not interested, thank you.", ">Understood, {first}. I will not write again."),
            ("en", "<Please remove me from your list.", ">Done. Sorry for the bother."),
            (
                "en",
                "<No.",
            ),
            ("en", "<We build this ourselves and are rather proud of it :)", ">Then I have nothing to add. Nice work!"),
        ),
    ),
    Mood(
        "wrong_person",
        5,
        "Wrong person",
        "NEEDS_LABEL",
        (
            (
                "en",
                "<I moved to another team. {other} looks after {topic} now.",
                ">Thank you, {first}! May I say that you sent me?",
                "<Sure.",
            ),
            (
                "de",
                "<Falsche Adresse, ich bin seit Januar nicht mehr bei {company}.",
                ">Danke für den Hinweis und alles Gute!",
            ),
        ),
    ),
    Mood(
        "out_of_office",
        5,
        None,
        "NEEDS_LABEL",
        (
            (
                "en",
                "<Automatic reply: I am out of the office until {day}. In urgent cases please write to {other}.",
                ">Enjoy the time off, {first}. I will come back to you after {day}.",
                "<Back now. What was it about?",
            ),
            (
                "en",
                "<Hi! Parental leave until September. {other} covers for me 🍼",
            ),
        ),
    ),
)
TOPICS = (
    "pipeline reviews",
    "onboarding",
    "invoice approval",
    "field service planning",
    "customer references",
    "warehouse slots",
    "hiring",
    "renewals",
    "cold storage",
    "partner payouts",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
FRESH_REPLIES = (
    "Good point. Let me check with {other} and get back to you.",
    "Yes, that works for me.",
    "Could you send that as a PDF?",
    "Thanks for the quick answer!",
    "Hm, what about the part-timers?",
    "{day} is better after all, sorry.",
    "👍",
    "Danke, das hilft mir weiter.",
    "Let me be honest: we are comparing you with two others.",
    "Can we move this to next week?",
    "Perfect. Who else should join?",
    "I forwarded this to {other}, expect a message.",
)
"""What a lead writes while somebody watches."""


def mood_table() -> tuple[Mood, ...]:
    """The moods, each as often as its weight: a draw from this table follows the weights."""
    return tuple(mood for mood in MOODS for _ in range(mood.weight))
