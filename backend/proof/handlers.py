"""The table from a step's expression to the code that carries it out."""

from backend.proof.scene import Handler
from backend.proof.steps_actions import ACTIONS
from backend.proof.steps_checks import CHECKS
from backend.proof.steps_commands import COMMANDS
from backend.proof.steps_dialogs import DIALOGS
from backend.proof.steps_fields import FIELD_CHECKS
from backend.proof.steps_files import FILES
from backend.proof.steps_forms import FORMS
from backend.proof.steps_http import HTTP
from backend.proof.steps_json import JSON
from backend.proof.steps_library import LIBRARY
from backend.proof.steps_looks import LOOKS
from backend.proof.steps_outside import OUTSIDE
from backend.proof.steps_quality import QUALITY
from backend.proof.steps_tables import TABLES
from backend.proof.steps_windows import WINDOWS
from backend.proof.steps_world import WORLD

HANDLERS: dict[str, Handler] = {
    **WORLD,
    **ACTIONS,
    **FORMS,
    **DIALOGS,
    **CHECKS,
    **FIELD_CHECKS,
    **TABLES,
    **LOOKS,
    **QUALITY,
    **HTTP,
    **JSON,
    **COMMANDS,
    **FILES,
    **LIBRARY,
    **WINDOWS,
    **OUTSIDE,
}
