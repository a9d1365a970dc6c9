"""Which role may do which verbs. Roles are Django groups of the same name (product.md)."""

# What everybody who works here may do.
EVERYBODY = {
    "acknowledge_change",
    "acknowledge_notices",
    "attach_to_order",
    "comment_on_order",
    "end_other_sessions",
    "end_session",
    "finish_notices",
    "follow_order",
    "forget_view",
    "make_api_token",
    "make_calendar_feed",
    "revoke_api_token",
    "revoke_calendar_feed",
    "save_notice_preferences",
    "save_view",
    "set_preferences",
    "unfollow_order",
}
# Which milestones and which reviews a role has is checked by the verbs themselves.
MILESTONES = {
    "chase_milestone",
    "expect_milestone",
    "object_to_review",
    "pass_review",
    "reach_milestone",
    "revise_milestone",
    "wait_for",
}
INTAKE = {
    "accept_certain_drafts",
    "accept_draft",
    "add_incoming",
    "correct_draft",
    "forget_learned",
    "join_drafts",
    "merge_draft",
    "note_call",
    "put_incoming_aside",
    "read_again",
    "refuse_draft",
    "split_draft",
    "work_on_incoming",
}
MAILS = {"drop_message", "read_mailbox_now", "retry_message", "take_mail_to_intake"}
MAILBOXES = {
    "remove_mailbox",
    "save_mailbox",
    "switch_mailbox_off",
    "switch_mailbox_on",
    "test_mailbox",
}
ORDERS = {
    "amend_order",
    "cancel_order",
    "check_order",
    "close_order",
    "confirm_order",
    "draft_order",
    "edit_order",
    "hold_promise",
    "place_hold",
    "promise_order",
    "promise_rush",
    "release_hold",
    "release_promise",
    "reserve_lines",
    "take_specification",
    "unreserve_lines",
}
# With the customer: answers to orders, questions, papers for acceptance, a later date.
TALKING = {
    "answer_order",
    "answer_question",
    "answer_refused_draft",
    "ask_question",
    "record_acceptance",
    "record_extension_answer",
    "remind_question",
    "request_extension",
    "resend_answer",
    "send_paper_for_acceptance",
    "withdraw_answer",
    "withdraw_question",
    "withdraw_sending",
}
CHANGES = {"accept_change", "ask_change", "propose_change", "reject_change", "undo_change"}
PAPERS = {"issue_paper", "save_terms", "withdraw_paper"}
CREDITS = {"amend_letter_of_credit", "close_letter_of_credit", "save_letter_of_credit"}
LIBRARY = {"retire_clause", "save_clauses", "save_default_terms", "save_letterhead"}
HANDOVER = {"acknowledge_handover", "hand_back", "hand_over"}
CATALOG = {
    "fill_calendars",
    "release_specification",
    "save_alternates",
    "save_boms",
    "save_calendar_days",
    "save_calendars",
    "save_conversions",
    "save_families",
    "save_items",
    "save_routings",
    "save_units",
    "save_work_centers",
}
PRICES = {
    "save_customer_items",
    "save_customer_price_lists",
    "save_exchange_rates",
    "save_price_lists",
    "save_prices",
}
PARTNERS = {
    "save_addresses",
    "save_contacts",
    "save_lanes",
    "save_partners",
    "save_payment_terms",
}
WORKFORCE = {"save_absences", "save_departments", "save_people", "save_shifts"}
STOCK = {
    "drop_expected",
    "expect_supplies",
    "post_moves",
    "post_opening_stock",
    "receive_expected",
    "reverse_move",
    "save_locations",
    "save_lots",
}
PLANNING = {
    "adopt_scenario",
    "cancel_plan_run",
    "firm_planned_orders",
    "make_scenario",
    "run_plan",
    "withdraw_assumption",
}
CAPACITY = {
    "move_work_order",
    "save_capacity_changes",
    "save_crews",
    "save_production_goals",
}
WORK_ORDERS = {"cancel_work_order", "firm_work_orders", "release_work_order"}
REQUESTS = {"cancel_purchase_request", "request_purchases"}
SOURCING = {
    "save_source_prices",
    "save_sources",
    "save_supplier_closings",
}
PURCHASES = {
    "draft_purchase_orders",
}
TEMPLATES = {"retire_template", "save_template"}
JUDGEMENT = {
    "approve_revision",
    "override_credit",
    "override_hold",
    "override_rule",
    "refuse_revision",
    "reopen_milestone",
    "skip_milestone",
    "waive_review",
}
ADMINISTRATION = {
    "install_review_rules",
    "drop_sending",
    "remove_robot",
    "remove_webhook",
    "resend_sending",
    "retry_reaction",
    "rotate_webhook_secret",
    "save_number_pattern",
    "save_order_rules",
    "save_review_rules",
    "save_robot",
    "save_setting",
    "save_webhook",
    "send_ping",
    "switch_webhook_off",
    "switch_webhook_on",
    "test_robot",
    "withdraw_api_token",
    "reset_notice_rule",
    "save_notice_rule",
}

ROLES: dict[str, frozenset[str]] = {
    role: frozenset(EVERYBODY | verbs)
    for role, verbs in {
        "merchandiser": MILESTONES
        | INTAKE
        | MAILS
        | ORDERS
        | PAPERS
        | CREDITS
        | CHANGES
        | TALKING
        | HANDOVER
        | {"skip_milestone", "record_delivery"},
        "sales": MILESTONES
        | INTAKE
        | MAILS
        | ORDERS
        | PAPERS
        | CREDITS
        | CHANGES
        | TALKING
        | HANDOVER
        | PRICES
        | PARTNERS,
        "planner": MILESTONES
        | CATALOG
        | PLANNING
        | CAPACITY
        | WORK_ORDERS
        | REQUESTS
        | {"promise_order", "check_order", "expect_supplies", "drop_expected", "save_absences"}
        | {"hold_promise", "promise_rush", "release_promise"},
        "production": MILESTONES | CAPACITY | WORK_ORDERS | {"save_absences", "post_moves"},
        "operator": {"reach_milestone"},
        "buyer": MILESTONES
        | REQUESTS
        | SOURCING
        | PURCHASES
        | {"expect_supplies", "drop_expected", "save_partners", "save_contacts", "save_addresses"},
        "warehouse": MILESTONES | STOCK | {"reserve_lines", "unreserve_lines"},
        "inspector": MILESTONES | {"place_hold"},
        "logistics": MILESTONES | {"record_delivery", "save_lanes"},
        "service": MILESTONES | {"ask_change"},
        "finance": MILESTONES
        | CREDITS
        | {
            "override_credit",
            "place_hold",
            "record_debts",
            "release_hold",
            "save_exchange_rates",
            "save_payment_terms",
        },
        "manager": MILESTONES
        | INTAKE
        | MAILS
        | ORDERS
        | PAPERS
        | CREDITS
        | LIBRARY
        | CHANGES
        | TALKING
        | HANDOVER
        | CATALOG
        | PRICES
        | PARTNERS
        | WORKFORCE
        | STOCK
        | PLANNING
        | CAPACITY
        | WORK_ORDERS
        | REQUESTS
        | SOURCING
        | PURCHASES
        | TEMPLATES
        | JUDGEMENT
        | ADMINISTRATION
        | MAILBOXES
        | {"record_debts", "record_delivery"},
        "customer": set(),
        "supplier": set(),
    }.items()
}
