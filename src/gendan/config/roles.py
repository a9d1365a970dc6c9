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
    "import_sheet",  # and what its rows are done with
    "make_api_token",
    "make_calendar_feed",
    "revoke_api_token",
    "revoke_calendar_feed",
    "save_notice_preferences",
    "save_view",
    "set_preferences",
    "stop_import",
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
    "save_learning_curves",
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
    "add_count_line",
    "ask_for_count",
    "cancel_count",
    "close_count",
    "count_again",
    "drop_expected",
    "expect_supplies",
    "keep_lot",
    "post_count",
    "post_moves",
    "post_opening_stock",
    "receive_expected",
    "record_counts",
    "reverse_move",
    "save_locations",
    "save_lots",
    "start_count",
    "transfer_stock",
}
# Goods kept for one demand are asked for by those who answer for another; who hands them over
# answers for all of them. Values are the business of finance.
CLAIMS = {"claim_stock"}
ALLOTTING = {"hand_over_stock", "rank_demands", "refuse_claim"}
COSTING = {"add_landed_cost", "save_standard_costs"}
PLANNING = {
    "adopt_scenario",
    "adopt_sequence",
    "cancel_plan_run",
    "decide_source",
    "firm_planned_orders",
    "make_scenario",
    "run_plan",
    "withdraw_assumption",
}
CAPACITY = {
    "fix_planned_order",
    "move_work_order",
    "release_fixed_order",
    "save_capacity_changes",
    "save_crews",
    "save_production_goals",
}
SHOP = {
    "keep_operation",
    "let_operation_go",
    "save_setup_times",
    "sequence_shop",
    "stop_sequence",
}
# What the workshop says about the operations it works on.
FLOOR = {
    "begin_step",
    "finish_step",
    "reopen_step",
    "report_step",
    "take_back_report",
}
STOCKING = {
    "adopt_stock_policies",
    "calculate_forecasts",
    "decide_surplus",
    "offer_surplus",
    "request_reorders",
    "rework_surplus",
    "save_stock_policies",
}
WORK_ORDERS = {
    "cancel_work_order",
    "firm_work_orders",
    "merge_work_orders",
    "release_work_order",
    "split_work_order",
}
# Material between the stores and the shop floor.
ISSUES = {"issue_components", "return_components"}
REQUESTS = {"cancel_purchase_request", "request_purchases"}
SOURCING = {
    "file_supplier_document",
    "order_proposals",
    "save_buying_assumptions",
    "save_qualifications",
    "save_score_weights",
    "save_service_scores",
    "save_source_prices",
    "save_sources",
    "save_supplier_closings",
    "save_supplier_contracts",
}
PURCHASES = {
    "accept_counter",
    "approve_purchase_order",
    "cancel_purchase_order",
    "chase_supplier",
    "close_purchase_order",
    "close_supply_exception",
    "decide_supply_exception",
    "draft_purchase_orders",
    "edit_purchase_order",
    "hold_chasing",
    "record_supplier_answer",
    "refuse_counter",
    "refuse_purchase_order",
    "accept_ship_notice",
    "record_ship_notice",
    "refuse_ship_notice",
    "report_purchase_step",
    "report_supply_exception",
    "resend_purchase_order",
    "resume_chasing",
    "return_material",
    "save_purchase_steps",
    "save_supplier_chasing",
    "send_material",
    "send_purchase_order",
    "show_supplier_link",
    "submit_purchase_order",
}
# What arrives: counted by the store, judged by quality, sent back by buyers, paid by finance.
RECEIVING = {"receive_goods"}
VERDICTS = {"reject_receipt", "release_receipt", "set_arrival_inspection"}
RETURNS = {"return_goods", "return_surplus"}
INVOICES = {"record_supplier_invoice"}
INVOICE_APPROVAL = {"approve_supplier_invoice"}
# Asking suppliers what they would take, and choosing among them.
QUOTING = {
    "award_rfq",
    "cancel_rfq",
    "close_rfq",
    "draft_rfq",
    "edit_rfq",
    "extend_rfq",
    "invite_suppliers",
    "record_quote",
    "send_rfq",
    "tell_losers",
    "weigh_rfq",
    "withdraw_invitation",
}
TEMPLATES = {"retire_template", "save_template"}
JUDGEMENT = {
    "approve_revision",
    "override_credit",
    "override_hold",
    "override_rule",
    "overlook_qualification",
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
    "save_approval_limits",
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
        | CLAIMS
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
        | CLAIMS
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
        | STOCKING
        | CLAIMS
        | ALLOTTING
        | CATALOG
        | PLANNING
        | CAPACITY
        | SHOP
        | FLOOR
        | WORK_ORDERS
        | REQUESTS
        | {"promise_order", "check_order", "expect_supplies", "drop_expected", "save_absences"}
        | {"hold_promise", "promise_rush", "release_promise"},
        "production": MILESTONES
        | CAPACITY
        | SHOP
        | FLOOR
        | WORK_ORDERS
        | ISSUES
        | {"save_absences", "post_moves"},
        "operator": FLOOR | {"reach_milestone"},
        "buyer": MILESTONES
        | REQUESTS
        | {"request_reorders", "decide_surplus"}
        | SOURCING
        | QUOTING
        | PURCHASES
        | RETURNS
        | INVOICES
        | {"expect_supplies", "drop_expected", "save_partners", "save_contacts", "save_addresses"},
        "warehouse": MILESTONES
        | STOCK
        | RECEIVING
        | ISSUES
        | {"reserve_lines", "unreserve_lines", "send_material", "return_material"}
        | {"report_supply_exception"},
        # What came without a purchase order has no receipt: its release is a move.
        "inspector": MILESTONES
        | VERDICTS
        | {"place_hold", "post_moves", "report_supply_exception"},
        "logistics": MILESTONES | {"record_delivery", "save_lanes"},
        "service": MILESTONES | {"ask_change"},
        "finance": MILESTONES
        | CREDITS
        | COSTING
        | INVOICES
        | INVOICE_APPROVAL
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
        | CLAIMS
        | ALLOTTING
        | COSTING
        | {"approve_variances"}
        | PLANNING
        | CAPACITY
        | SHOP
        | FLOOR
        | WORK_ORDERS
        | ISSUES
        | STOCKING
        | REQUESTS
        | SOURCING
        | QUOTING
        | PURCHASES
        | RECEIVING
        | VERDICTS
        | RETURNS
        | INVOICES
        | INVOICE_APPROVAL
        | TEMPLATES
        | JUDGEMENT
        | ADMINISTRATION
        | MAILBOXES
        | {"record_debts", "record_delivery"},
        "customer": set(),
        "supplier": set(),
    }.items()
}
