"""The browser's own dialogs: answered when they came, checked here that they did come."""

from backend.blueprints.blueprint import Step
from backend.proof.errors import StepFailedError
from backend.proof.scene import Handler, Scene


async def answer_dialog(scene: Scene, _: Step) -> None:
    """A18, A19, A28: the answer was armed beforehand; by now it must have been asked for."""
    if not await scene.dialogs.claim(within_seconds=scene.seconds):
        raise StepFailedError(
            "The browser asked nothing. For a dialog that is part of the page, write what is "
            'pressed in it, such as: I press "Delete" in the "Delete repair" dialog.',
            offers=("dialog", "alertdialog", "button"),
        )


DIALOGS: dict[str, Handler] = {"A18": answer_dialog, "A19": answer_dialog, "A28": answer_dialog}
