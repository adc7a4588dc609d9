"""GoHighLevel: webhooks of workflows and of marketplace apps, as hints."""

from connections.door import Door
from connections.gohighlevel.access import open_fetch
from connections.gohighlevel.canaries import canaries, sign
from connections.gohighlevel.hints import read, translate
from connections.gohighlevel.problems import problems
from connections.gohighlevel.settings import GoHighLevelSettings
from connections.gohighlevel.signatures import verify
from connections.gohighlevel.taking import take

DOOR = Door(
    name="gohighlevel",
    title="GoHighLevel",
    secrets=("token", "workflow_secret", "app_public_keys"),
    verify=verify,
    read=read,
    translate=translate,
    canaries=canaries,
    sign=sign,
    settings=GoHighLevelSettings,
    fetch=open_fetch,
    lead_source="gohighlevel",
    take=take,
    optional_secrets=("app_public_keys",),
    problems=problems,
)
