"""Pages of the orders room: the list, the form, the order page and its verbs."""

from django.urls import path

from gendan.web.orders import actions, amending, delivering, form, listing, page, reviews

urlpatterns = [
    *reviews.urlpatterns,
    path("orders/", listing.orders, name="orders"),
    path("orders/new/", form.draft_order, name="draft_order"),
    path("orders/find/customers/", form.find_customers, name="find_customers"),
    path("orders/find/items/", form.find_items, name="find_items"),
    path("orders/<int:order_id>/", page.order, name="order"),
    path("orders/<int:order_id>/edit/", form.edit_order, name="edit_order"),
    path("orders/<int:order_id>/amend/", amending.amend_order, name="amend_order"),
    path("orders/<int:order_id>/change/", amending.propose_change, name="propose_change"),
    path("orders/<int:order_id>/deliver/", delivering.record_delivery, name="record_delivery"),
    path("orders/<int:order_id>/check/", actions.check_order, name="check_order"),
    path("orders/<int:order_id>/confirm/", actions.confirm_order, name="confirm_order"),
    path("orders/<int:order_id>/close/", actions.close_order, name="close_order"),
    path("orders/<int:order_id>/cancel/", actions.cancel_order, name="cancel_order"),
    path("orders/<int:order_id>/hold/", actions.place_hold, name="place_hold"),
    path("orders/holds/<int:hold_id>/release/", actions.release_hold, name="release_hold"),
    path("orders/<int:order_id>/reserve/", actions.reserve_lines, name="reserve_lines"),
    path("orders/<int:order_id>/unreserve/", actions.unreserve_lines, name="unreserve_lines"),
    path("orders/<int:order_id>/comment/", actions.comment_on_order, name="comment_on_order"),
    path("orders/<int:order_id>/follow/", actions.follow_order, name="follow_order"),
    path("orders/<int:order_id>/unfollow/", actions.unfollow_order, name="unfollow_order"),
    path("orders/<int:order_id>/attach/", actions.attach_to_order, name="attach_to_order"),
    path("orders/<int:order_id>/files/<int:attachment_id>/", actions.order_file, name="order_file"),
]
