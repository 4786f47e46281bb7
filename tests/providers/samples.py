"""Answers as the providers spell them, with made-up people. Each call gives a fresh one that a test may change."""

from __future__ import annotations

from collections.abc import Sequence

Json = dict[str, object]


def hr_message(
    text: str = "Sounds good", *, at: str = "2026-01-06T10:00:00Z", sender: str | None = "CORRESPONDENT", **more: object
) -> Json:
    return {
        "createdAt": at,
        "body": text,
        "subject": None,
        "postLink": None,
        "isInMail": False,
        "sender": sender,
        **more,
    }


def hr_profile(name: str = "ada-lovelace", **more: object) -> Json:
    return {
        "id": "p1",
        "linkedin_id": "58344979",
        "profileUrl": f"https://www.linkedin.com/in/{name}",
        "firstName": "Ada",
        "lastName": "Lovelace",
        "headline": "Analyst",
        "imageUrl": None,
        "location": "London",
        "companyName": "Engines",
        "companyUrl": None,
        "position": "Analyst",
        "about": None,
        "connections": 500,
        "followers": 812,
        "tags": ["Hot"],
        "autoTags": [{"name": "Interested"}],
        **more,
    }


def hr_conversation(native: str = "2-YWRhLTEwMA==", *, account: int = 116968, **more: object) -> Json:
    return {
        "id": native,
        "read": False,
        "groupChat": False,
        "blockedByMe": False,
        "blockedByParticipant": False,
        "lastMessageAt": "2026-01-06T10:00:00Z",
        "lastMessageText": "Sounds good",
        "lastMessageType": "TEXT",
        "lastMessageSender": "CORRESPONDENT",
        "totalMessages": 2,
        "campaignId": 594061,
        "linkedInAccountId": account,
        "correspondentProfile": hr_profile(),
        "linkedInAccount": {"id": account, "firstName": "Jane", "lastName": "Doe", "authIsValid": True},
        "messages": [
            hr_message("Worth a chat?", at="2026-01-05T09:00:00Z", sender="ME"),
            hr_message(),
        ],
        **more,
    }


def hr_page(*items: object, cursor: str | None = None, **more: object) -> Json:
    return {
        "items": list(items),
        "totalCount": len(items),
        "nextCursor": cursor,
        "hasNextPage": cursor is not None,
        **more,
    }


def hr_campaign(campaign: int = 594061, status: str = "IN_PROGRESS", **more: object) -> Json:
    return {
        "id": campaign,
        "name": "Founders",
        "creationTime": "2025-12-01T08:06:15.463169Z",
        "startedAt": None,
        "campaignAccountIds": [116968, 120044],
        "status": status,
        "progressStats": {
            "totalUsers": 120,
            "totalUsersInProgress": 50,
            "totalUsersPending": 20,
            "totalUsersFinished": 40,
            "totalUsersFailed": 6,
            "totalUsersManuallyStopped": 3,
            "totalUsersExcluded": 1,
        },
        **more,
    }


def hr_account(account: int = 116968, **more: object) -> Json:
    return {
        "id": account,
        "emailAddress": "jane@example.com",
        "firstName": "Jane",
        "lastName": "Doe",
        "isActive": "true",
        "activeCampaigns": "1",
        "authIsValid": True,
        "profileUrl": "https://www.linkedin.com/in/jane",
        "accountLimits": {"messageLimit": 40, "connectioRequestLimit": 25},
        "connectionRequestCooldown": None,
        "inMailCooldown": None,
        **more,
    }


def hr_campaign_for_lead(campaign: int = 594061, **more: object) -> Json:
    return {
        "campaignId": campaign,
        "campaignName": "Founders",
        "campaignStatus": "IN_PROGRESS",
        "leadStatus": "InSequence",
        "creationTime": "2026-01-01T00:00:00Z",
        **more,
    }


def hr_campaign_lead(lead: int = 62658, **more: object) -> Json:
    return {
        "id": lead,
        "linkedInUserProfileId": "AC9",
        "linkedInUserProfile": hr_profile(),
        "creationTime": "2026-01-01T21:28:06.933349Z",
        "leadCampaignStatus": "InSequence",
        "leadConnectionStatus": "ConnectionSent",
        "leadMessageStatus": "None",
        "errorCode": None,
        "leadCampaignStatusMessage": None,
        "linkedInSenderId": 116968,
        **more,
    }


def hr_counts(**more: object) -> Json:
    return {
        "profileViews": 41,
        "postLikes": 0,
        "follows": 0,
        "messagesSent": 30,
        "totalMessageStarted": 24,
        "totalMessageReplies": 6,
        "inmailMessagesSent": 0,
        "totalInmailStarted": 0,
        "totalInmailReplies": 0,
        "connectionsSent": 40,
        "connectionsAccepted": 11,
        "messageReplyRate": 0.25,
        "inMailReplyRate": 0.0,
        "connectionAcceptanceRate": 0.275,
        **more,
    }


def hr_stats() -> Json:
    return {
        "byDayStats": {"2026-01-02T00:00:00Z": hr_counts(messagesSent=22), "2026-01-01T00:00:00Z": hr_counts()},
        "overallStats": hr_counts(messagesSent=52, uniqueLeadsContacted=71),
    }


def hr_list(list_id: int = 188213) -> Json:
    return {
        "id": list_id,
        "name": "Founders",
        "listType": "USER_LIST",
        "totalItemsCount": "152",
        "creationTime": "2025-12-26T10:24:33.2660151Z",
        "campaignIds": [594061],
    }


def nhq_last(message: str = "m1", **more: object) -> Json:
    return {
        "id": message,
        "content": "Send details.",
        "sent_at": "2026-01-06T10:00:00.000Z",
        "direction": "received",
        **more,
    }


def nhq_message(message: str = "m1", **more: object) -> Json:
    return {**nhq_last(message), "linkedin_message_id": f"urn:{message}", "content_type": "text", **more}


def nhq_conversation(conversation: str = "conv_01", **more: object) -> Json:
    return {
        "id": conversation,
        "linkedin_conversation_id": "2-abc",
        "intent": "INTERESTED",
        "is_unread": True,
        "lead": {
            "id": "lead_1",
            "first_name": "Ada",
            "last_name": "Lovelace",
            "linkedin_url": "https://www.linkedin.com/in/ada-lovelace",
        },
        "linkedin_account": {"id": "acc_1", "profile_name": "Jane Doe"},
        "last_message": nhq_last(),
        "created_at": "2026-01-01T00:00:00.000Z",
        "updated_at": "2026-01-06T10:00:00.000Z",
        **more,
    }


def nhq_detail(conversation: str = "conv_01", messages: Sequence[object] | None = None, **more: object) -> Json:
    detail = nhq_conversation(conversation)
    del detail["last_message"]
    if messages is None:
        messages = [
            nhq_message("m1"),
            nhq_message("m0", content="Hi Ada", direction="sent", sent_at="2026-01-05T09:00:00.000Z"),
        ]
    return {**detail, "messages": list(messages), **more}


def nhq_page(*items: object, cursor: str | None = None) -> Json:
    return {"data": list(items), **nhq_end(cursor)}


def nhq_end(cursor: str | None = None) -> Json:
    return {"pagination": {"limit": 500, "has_more": cursor is not None, "next_cursor": cursor}}


def nhq_sent(message: str = "m2", **more: object) -> Json:
    return {"data": {"ok": True, "pending": False, "message": nhq_message(message, direction="sent"), **more}}


def nhq_campaign(campaign: str = "c1", status: str = "started", **more: object) -> Json:
    return {
        "id": campaign,
        "name": "Q1",
        "status": status,
        "totalLeads": 10,
        "connectionsSent": 5,
        "messagesSent": 4,
        "repliesReceived": 1,
        "connectionRequestsAccepted": 3,
        "linkedinAccounts": [{"id": "acc_1", "profileName": "Jane"}],
        "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": "2026-01-02T00:00:00.000Z",
        **more,
    }


def nhq_campaign_lead(enrolment: str = "cl_1", **more: object) -> Json:
    return {
        "id": enrolment,
        "campaign_id": "c1",
        "lead": {
            "id": "lead_1",
            "name": "Ada Lovelace",
            "first_name": "Ada",
            "last_name": "Lovelace",
            "company": "Engines",
            "linkedin_url": "https://www.linkedin.com/in/ada-lovelace",
        },
        "status": "active",
        "display_status": "queued",
        "excluded_reason": None,
        "priority": "high",
        "intent": "INTERESTED",
        "sender": {"id": "acc_1", "profile_name": "Jane Doe", "status": "connected"},
        "actions_performed": [{"send_connection": "successful"}],
        "parked_reason": None,
        "enrolled_at": "2026-01-01T00:00:00.000Z",
        **more,
    }


def nhq_account(account: str = "acc_1", **more: object) -> Json:
    return {
        "id": account,
        "profile_name": "Jane Doe",
        "profile_url": "https://www.linkedin.com/in/jane",
        "status": "connected",
        "account_tier": "sales_navigator",
        "cooldown_until": None,
        **more,
    }


def nhq_lead(lead: str = "lead_1") -> Json:
    return {
        "id": lead,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": None,
        "company": "Engines",
        "linkedin_url": "https://www.linkedin.com/in/ada-lovelace",
        "enrichment_failed": False,
        "created_at": "2026-01-01T00:00:00.000Z",
        "updated_at": "2026-01-01T00:00:00.000Z",
    }


def nhq_list(list_id: str = "ll_1") -> Json:
    return {"id": list_id, "workspace_name": "Acme", "name": "Founders", "is_default": False, "lead_count": 12}
