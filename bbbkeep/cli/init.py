"""`bbbkeep init`."""

from pathlib import Path

import click

CONFIG = """\
# bbbkeep.yaml: which servers, and where things lie.  Relative paths count from this file.

servers:
  main:                                  # a name of your own, for --server and reports
    url: https://bbb.example.org/bigbluebutton/api   # `bbb-conf --secret` prints it
    secret: {env: BBB_SECRET}            # or {file: /etc/bbbkeep/secret}, or {credential: bbb-secret}
    # checksum: sha256                   # sha1, sha256, sha384 or sha512; default: sha256, then sha1
    # ca_file: /etc/ssl/our-ca.pem       # for a certificate of your own authority

policy: policy.yaml                      # what may be deleted; see that file

# state_dir: /var/lib/bbbkeep            # ledger and plans; default: your own state folder
captions_dir: captions                   # lay <recordID>.<lang>.srt (or .ass, .ssa, .vtt) files here
sheets_dir: sheets                       # lay CSV files with record_id,key,value here
reports_dir: reports                     # inventory.csv and report.html appear here

captions:
  kind: captions                         # what BigBlueButton's playback shows; or subtitles
  deadline_minutes: 30                   # how long to wait for an uploaded track to appear
"""

POLICY = """\
# What is kept and what goes.  `bbbkeep retention check policy.yaml` says it in words.

mode: report             # report: show what would be due, never apply.  act: apply, once approved
timezone: UTC            # for dates and holds that end on a day

hold:
  metadata: bbbkeep-hold # a recording with this metadata key, whatever its value, is never touched

# guards:                # what one run and any 24 hours may take away; looser needs a reason
#   max_deletes: 50
#   max_share_percent: 5

protect:                 # beats every rule
  - name: kept on purpose
    when: {metadata: {key: keep, present: true}}

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
def command(folder: Path) -> None:
    """Write a commented bbbkeep.yaml, and a policy.yaml that only reports.

    Files that exist are left alone, and the command exits 2.
    """
    from bbbkeep.errors import UsageError

    files = {folder / "bbbkeep.yaml": CONFIG, folder / "policy.yaml": POLICY}
    there = [str(path) for path in files if path.exists()]
    if there:
        raise UsageError(
            f"{' and '.join(there)} exists already; nothing was written; use --dir or move it away"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
        click.echo(f"wrote {path}")
    click.echo("now put your server's URL into bbbkeep.yaml, set BBB_SECRET, and run: bbbkeep inventory")
