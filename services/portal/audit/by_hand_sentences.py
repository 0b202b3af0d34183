"""What the events of work by hand say (`sentences.py`): by what is done, and of assets by that as well."""

from collections.abc import Mapping

from services.portal.audit.billing_sentences import Sentences
from shared.language import mark

BY_HAND: Mapping[str, Sentences] = {
    "manual_task_opened": (mark("People have to do something for the service %(service)s."),),
    "manual_task_opened:create_asset": (
        mark("The asset %(service)s is to be delivered, wanted for %(wanted)s."),
        mark("The asset %(service)s is to be delivered."),
    ),
    "manual_task_opened:change_asset": (
        mark("The asset %(service)s is to be moved or changed, wanted for %(wanted)s."),
        mark("The asset %(service)s is to be moved or changed."),
    ),
    "manual_task_opened:delete_asset": (
        mark("The asset %(service)s is to be collected, wanted for %(wanted)s."),
        mark("The asset %(service)s is to be collected."),
    ),
    "manual_task_opened:create": (
        mark("The service %(service)s is to be set up, wanted for %(wanted)s."),
        mark("The service %(service)s is to be set up."),
    ),
    "manual_task_opened:change": (
        mark("The service %(service)s is to be moved or changed, wanted for %(wanted)s."),
        mark("The service %(service)s is to be moved or changed."),
    ),
    "manual_task_opened:delete": (
        mark("The service %(service)s is to be taken down, wanted for %(wanted)s."),
        mark("The service %(service)s is to be taken down."),
    ),
    "manual_task_planned": (mark("%(actor)s planned the work on the service %(service)s for %(planned)s."),),
    "manual_task_planned:create_asset": (
        mark("%(actor)s planned the delivery of the asset %(service)s for %(planned)s: “%(note)s”."),
        mark("%(actor)s planned the delivery of the asset %(service)s for %(planned)s."),
    ),
    "manual_task_planned:change_asset": (
        mark("%(actor)s planned to move or change the asset %(service)s on %(planned)s: “%(note)s”."),
        mark("%(actor)s planned to move or change the asset %(service)s on %(planned)s."),
    ),
    "manual_task_planned:delete_asset": (
        mark("%(actor)s planned to collect the asset %(service)s on %(planned)s: “%(note)s”."),
        mark("%(actor)s planned to collect the asset %(service)s on %(planned)s."),
    ),
    "manual_task_planned:create": (
        mark("%(actor)s planned to set up the service %(service)s on %(planned)s: “%(note)s”."),
        mark("%(actor)s planned to set up the service %(service)s on %(planned)s."),
    ),
    "manual_task_planned:change": (
        mark("%(actor)s planned to move or change the service %(service)s on %(planned)s: “%(note)s”."),
        mark("%(actor)s planned to move or change the service %(service)s on %(planned)s."),
    ),
    "manual_task_planned:delete": (
        mark("%(actor)s planned to take down the service %(service)s on %(planned)s: “%(note)s”."),
        mark("%(actor)s planned to take down the service %(service)s on %(planned)s."),
    ),
    "manual_task_finished": (mark("%(actor)s did the work on the service %(service)s."),),
    "manual_task_finished:create_asset": (mark("%(actor)s delivered the asset %(service)s."),),
    "manual_task_finished:change_asset": (mark("%(actor)s moved or changed the asset %(service)s."),),
    "manual_task_finished:delete_asset": (mark("%(actor)s collected the asset %(service)s."),),
    "manual_task_finished:create": (mark("%(actor)s set up the service %(service)s."),),
    "manual_task_finished:change": (mark("%(actor)s moved or changed the service %(service)s."),),
    "manual_task_finished:delete": (mark("%(actor)s took down the service %(service)s."),),
    "manual_task_given_up": (mark("%(actor)s could not do the work on the service %(service)s: “%(words)s”."),),
    "manual_task_given_up:create_asset": (mark("%(actor)s could not deliver the asset %(service)s: “%(words)s”."),),
    "manual_task_given_up:change_asset": (
        mark("%(actor)s could not move or change the asset %(service)s: “%(words)s”."),
    ),
    "manual_task_given_up:create": (mark("%(actor)s could not set up the service %(service)s: “%(words)s”."),),
    "manual_task_given_up:change": (mark("%(actor)s could not move or change the service %(service)s: “%(words)s”."),),
    "asset_described": (
        mark("%(actor)s described the asset %(service)s: %(asset)s."),
        mark("%(actor)s described the asset %(service)s."),
    ),
}
