"""Steps that sign people in and change windows.

Signing in is the author's own concept: the steps behind it follow the sentence that asked for it,
so all that is left to do here is to bring the right window to the front.
"""

from backend.blueprints.blueprint import Step
from backend.proof.errors import StepFailedError
from backend.proof.scene import Handler, Scene

WINDOW_CHANGES = frozenset({"A25", "A26", "A27"})


async def be_signed_in(scene: Scene, _: Step) -> None:
    """W03: a window that nobody has used yet; the steps that follow sign in."""
    if scene.has_navigated:
        raise StepFailedError("This begins a window: write it before the first page is opened.")


async def sign_in_elsewhere(scene: Scene, step: Step) -> None:
    """A25: another window, made like mine at the scenario's time; the steps that follow sign in."""
    scene.windows.open_for(str(step.arguments[0]), scene.options_now())


async def switch_to_window(scene: Scene, step: Step) -> None:
    """A26: go on in somebody's window."""
    scene.windows.switch_to(str(step.arguments[0]))


async def switch_back(scene: Scene, _: Step) -> None:
    """A27: go on in my own window."""
    scene.windows.switch_back()


WINDOWS: dict[str, Handler] = {
    "W03": be_signed_in,
    "A25": sign_in_elsewhere,
    "A26": switch_to_window,
    "A27": switch_back,
}
