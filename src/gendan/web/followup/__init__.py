"""Pages of the follow-up: Today, the board, milestones, kinds of journey."""

from django.urls import path

from gendan.web.followup import actions, board, extensions, handovers, journeys, questions, today

urlpatterns = [
    path("today/", today.today, name="today"),
    path("board/", board.board, name="board"),
    path("milestones/<int:milestone_id>/reach/", actions.reach_milestone, name="reach_milestone"),
    path("milestones/<int:milestone_id>/skip/", actions.skip_milestone, name="skip_milestone"),
    path(
        "milestones/<int:milestone_id>/reopen/", actions.reopen_milestone, name="reopen_milestone"
    ),
    path(
        "milestones/<int:milestone_id>/expect/", actions.expect_milestone, name="expect_milestone"
    ),
    path(
        "milestones/<int:milestone_id>/revise/", actions.revise_milestone, name="revise_milestone"
    ),
    path("milestones/<int:milestone_id>/wait/", actions.wait_for, name="wait_for"),
    path("milestones/<int:milestone_id>/chase/", actions.chase_milestone, name="chase_milestone"),
    path("revisions/<int:revision_id>/approve/", actions.approve_revision, name="approve_revision"),
    path("revisions/<int:revision_id>/refuse/", actions.refuse_revision, name="refuse_revision"),
    path(
        "orders/<int:order_id>/extension/",
        extensions.request_extension,
        name="request_extension",
    ),
    path("extensions/<int:extension_id>/", extensions.extension, name="extension"),
    path(
        "extensions/<int:extension_id>/letter.pdf", extensions.extension_file, name="extension_file"
    ),
    path(
        "extensions/<int:extension_id>/answer/",
        extensions.record_extension_answer,
        name="record_extension_answer",
    ),
    path("handovers/", handovers.handovers, name="handovers"),
    path("handovers/new/", handovers.hand_over, name="hand_over"),
    path("handovers/<int:handover_id>/", handovers.handover, name="handover"),
    path(
        "handovers/<int:handover_id>/acknowledge/",
        handovers.acknowledge_handover,
        name="acknowledge_handover",
    ),
    path("handovers/<int:handover_id>/back/", handovers.hand_back, name="hand_back"),
    path("questions/", questions.questions, name="questions"),
    path("orders/<int:order_id>/ask/", questions.ask_question, name="ask_question"),
    path("questions/<int:question_id>/", questions.question, name="question"),
    path("questions/<int:question_id>/answer/", questions.answer_question, name="answer_question"),
    path("questions/<int:question_id>/remind/", questions.remind_question, name="remind_question"),
    path(
        "questions/<int:question_id>/withdraw/",
        questions.withdraw_question,
        name="withdraw_question",
    ),
    path("templates/", journeys.templates, name="templates"),
    path("templates/new/", journeys.save_template, name="new_template"),
    path("templates/<int:template_id>/", journeys.template, name="template"),
    path("templates/<int:template_id>/save/", journeys.save_template, name="save_template"),
    path("templates/<int:template_id>/retire/", journeys.retire_template, name="retire_template"),
]
