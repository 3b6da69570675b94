"""Steps about what lies outside the product: the services it calls and the emails it sends."""

import json

from backend.blueprints.blueprint import Step
from backend.blueprints.service_answers import content_type_of
from backend.proof.errors import StepFailedError
from backend.proof.mail import Mail
from backend.proof.outside_services import Answer
from backend.proof.scene import Handler, Scene
from backend.proof.waiting import eventually
from backend.proof.words import shorten


async def script_service(scene: Scene, step: Step) -> None:
    """W10: from now on the service answers this, whatever it is asked."""
    name, status = str(step.arguments[0]), int(step.arguments[1])
    service = scene.outside.services.get(name)
    if service is None:
        raise StepFailedError(f'The product was given no service "{shorten(name)}".')
    body = step.document or ""
    kind = content_type_of(step.document_type)
    if kind is None:
        kind = "application/json" if _is_json(body) else "text/plain; charset=utf-8"
    service.answer = Answer(status=status, content_type=kind, body=body.encode())


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


async def receive_mail(scene: Scene, step: Step) -> None:
    """C29: an email of this subject reaches this address; each such step needs one of its own."""
    address, subject = map(str, step.arguments)
    mailbox = scene.outside.mailbox

    async def probe() -> Mail:
        mail = mailbox.claim(address, subject)
        if mail is None:
            raise StepFailedError(
                f'No email with the subject "{shorten(subject)}" reached {shorten(address)}. '
                + mailbox.describe()
            )
        return mail

    scene.mail = await eventually(probe, within_seconds=scene.seconds)
    scene.camera.keep_text(scene.mail.written_out(), scene.step_number, kind="mail")


async def mail_contain(scene: Scene, step: Step) -> None:
    """C34: the email that the step before found says this."""
    wanted = " ".join(str(step.arguments[0]).split())
    if scene.mail is None:
        raise StepFailedError(
            "No email was looked for before this step. Write first: "
            '"ada@example.com" should receive an email with subject "Ready"'
        )
    if wanted not in " ".join(scene.mail.text.split()):
        raise StepFailedError(
            f'The email {scene.mail.title} does not say "{shorten(wanted)}". '
            f'It says "{shorten(scene.mail.text)}".'
        )
    scene.camera.keep_text(scene.mail.written_out(), scene.step_number, kind="mail")


OUTSIDE: dict[str, Handler] = {
    "W10": script_service,
    "C29": receive_mail,
    "C34": mail_contain,
}
