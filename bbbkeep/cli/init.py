"""`bbbkeep init`."""

from pathlib import Path

import click

CONFIG = """\
# yaml-language-server: $schema=bbbkeep.schema.json
# bbbkeep.yaml: which servers, and where things lie.  Relative paths count from this file.
# Secrets never stand here: {env: NAME}, {file: PATH} or {credential: NAME} says where one is read from.
# `bbbkeep doctor` tells whether all of it works.

servers:
  main:                                  # a name of your own, for --server and reports
    url: https://bbb.example.org/bigbluebutton/api   # `bbb-conf --secret` prints it
    secret: {env: BBB_SECRET}            # or {file: /etc/bbbkeep/secret}, or {credential: bbb-secret}
    # checksum: sha256                   # sha1, sha256, sha384 or sha512; default: sha256, then sha1
    # profile: auto                      # as its answers look; or bbb22, bbb26, bbb30, scalelite, bbblb, recapi
    # ca_file: /etc/ssl/our-ca.pem       # for a certificate of your own authority
    # hosts: [media.example.org]         # where text tracks may be downloaded from too, besides the server itself
    # policy: main-policy.yaml           # this server's own
    # lang_map: {zh-Hans: zh}            # the language to send for another, where a server takes no region or script

policy: policy.yaml                      # what may be deleted; see that file

# state_dir: /var/lib/bbbkeep            # ledger and plans; default: your own state folder
captions_dir: captions                   # lay <recordID>.<lang>.srt (or .ass, .ssa, .vtt) files here
sheets_dir: sheets                       # lay CSV files with record_id,key,value here
reports_dir: reports                     # inventory.csv and report.html appear here
# archive_dir: archive                   # what was there before a delete or a replaced text track
# keep_days: 90                          # then archive, values before a change and names of vanished recordings go

captions:
  kind: captions                         # what BigBlueButton's playback shows; or subtitles
  deadline_minutes: 30                   # how long to wait for an uploaded track to appear
  # unsettled: 10                        # at most so many uploads a server that have not appeared yet
  # upload_to_unpublished: false         # such recordings hold up the server's queue
  # replace_foreign: false               # live and automatic tracks, and those that another put there

# What one run and any 24 hours may take away at most; also below a server. Looser than the default needs a reason.
# guards:
#   delete: {count: 200, share_percent: 10, bytes: 500000000000}
#   unpublish: {count: 200, share_percent: 10}
#   minimum_left: 100                    # so many recordings stay, whatever is due
#   jump_percent: 20                     # as many more or fewer recordings than last time stop the run
#   identity_percent: 50                 # fewer of last time's recordings: this is another server
#   hold_list_shrunk_percent: 5
#   reason: the old semesters go this summer

# Who is told of failures, tripped guards and plans that wait: Apprise URLs, such as mailtos://...
# notices:
#   urls: [{file: /etc/bbbkeep/notice-url}]

# Tell owners before their recordings go.
# owners:
#   metadata_key: owner-mail             # its value is the owner
#   map: owners.csv                      # owner,address; without it the value is the address
#   url: {file: /etc/bbbkeep/owner-url}  # an Apprise URL with {address} where the address goes
#   template: owners.txt                 # the message
#   stages: [30, 7, 1]                   # days before
#   required: true                       # nothing is done where the owner could not be told

# ledger:                                # in PostgreSQL instead of the state folder
#   url: postgresql://bbbkeep@db.example.org/bbbkeep
#   password: {file: /etc/bbbkeep/db-password}

# heartbeat_url: {env: HEARTBEAT_URL}    # fetched after each finished night
# metrics_file: /var/lib/node_exporter/textfile/bbbkeep.prom
# lang_map: {iw: he}                     # for all servers
# other_record_ids: lecture-[0-9]+       # record IDs of another shape than BigBlueButton's own
"""

POLICY = """\
# yaml-language-server: $schema=policy.schema.json
# What is kept and what goes.  `bbbkeep retention check policy.yaml` says it in words.

mode: report             # report: show what would be due, never apply.  act: apply, once approved
timezone: UTC            # for dates and holds that end on a day

hold:
  metadata: bbbkeep-hold # a recording with this metadata key, whatever its value, is never touched

# guards:                # what one run and any 24 hours may take away; looser needs a reason
#   max_deletes: 50
#   max_share_percent: 5

# protect:               # beats every rule
#   - name: archive
#     when: {metadata: {category: archive}}

rules:                   # the first rule that matches decides; unknown dates never match
  - name: two years after the meeting
    action: delete       # or unpublish
    when:
      all:
        - state: [published, unpublished]
        - age: {from: end, over: 730d}
"""


@click.command("init")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Where to write them; default: here.",
)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of bbbkeep.yaml instead, for editors.")
def command(folder: Path, *, schema: bool) -> None:
    """Write a commented bbbkeep.yaml, a policy.yaml that only reports, and their schemas.

    Files that exist are left alone, and the command exits 2.
    """
    from bbbkeep.errors import UsageError
    from bbbkeep.retention.sections import schema_text as policy_schema
    from bbbkeep.settings_file import schema_text

    if schema:
        click.echo(schema_text(), nl=False)
        return
    texts = {
        "bbbkeep.yaml": CONFIG,
        "bbbkeep.schema.json": schema_text(),
        "policy.yaml": POLICY,
        "policy.schema.json": policy_schema(),
    }
    files = {folder / name: text for name, text in texts.items()}
    there = [str(path) for path in files if path.exists()]
    if there:
        raise UsageError(
            f"{' and '.join(there)} exists already; nothing was written; use --dir or move it away"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
        click.echo(f"wrote {path}")
    click.echo("now put your server's URL into bbbkeep.yaml, set BBB_SECRET, and run: bbbkeep doctor")
