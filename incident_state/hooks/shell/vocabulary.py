"""The words of command lines: which programs only read, which verbs, queries and options change.

A guard rail's knowledge, not a shell's: what plainly writes or deploys is listed, the rest passes.
Where the session folder is concerned it is the other way round: only what is listed as reading may.
"""

from __future__ import annotations

import re

# Programs that write nothing by themselves, each but for what the pattern finds in its words.
READERS: dict[str, str] = dict.fromkeys(
    "[ [[ test true false : break continue cat cd pushd popd pwd ls head tail wc stat file grep "
    "egrep fgrep zgrep less more bat diff cmp comm cut nl od hexdump strings md5sum sha1sum "
    "sha256sum cksum tac rev column fold paste join tr jq readlink realpath basename dirname du "
    "tree echo printf date sleep type which for read export local declare return exit seq expr "
    "glow wait set unset shift zcat md5 shasum b2sum df".split(),
    r"(?!)",
) | {
    "find": r" -(?:delete|exec|execdir|ok|okdir|fprint\w*|fls)\b",
    "sort": r" (?:-o|--output)",
    "uniq": r" [^-\s]\S* +[^-\s]",
    "sed": r" (?:-[a-zA-Z]*i|--in-place)|[;/0-9$ '\"]w[ /.]|/e\b",
    "awk": r">|\bsystem\s*\(|\|",
    "gawk": r">|\bsystem\s*\(|\||inplace",
    "rg": r" --pre\b",
    "yq": r" (?:-i|--inplace|-[a-zA-Z]*i)\b",
    "xxd": r" -r| [^-\s]\S* +[^-\s]",
    "git": r"^(?: -C +\S+)?(?! +(?:status|diff|log|show|grep|ls-files|check-ignore|blame)\b)"
    r"|--output",
}

WRITERS = (
    "rm rmdir unlink mv cp ln install mkdir touch truncate shred dd tee patch rsync chmod chown "
    "chgrp ed ex split mktemp mkfifo unzip gunzip gzip bunzip2 bzip2 xz 7z setfacl sponge rename "
    "trash srm"
).split()
OPERATORS = (
    "kill pkill killall reboot shutdown halt poweroff at batch useradd userdel usermod passwd "
    "mkfs fdisk mount umount swapoff modprobe scp sftp ansible pulumi-up setenforce"
).split()

# Verbs of command lines that operate something; the first word that is one of them decides.
CHANGE = frozenset(
    "apply create delete edit patch replace scale autoscale restart undo pause resume set drain "
    "cordon uncordon taint untaint label annotate expose exec cp debug attach install upgrade "
    "uninstall rollback destroy import rm mv push up update deploy remove start stop reload enable "
    "disable mask unmask kill terminate reboot modify put post run run-task send invoke execute "
    "promote migrate sync abort cancel rerun merge close reopen comment review lock unlock "
    "publish prune load tag rename unpause commit swarm resize reset detach add submit write "
    "purge flush suspend failover daemon-reload isolate set-property edit-settings rotate ssh "
    "move restore rebuild recreate redeploy evict grant revoke transfer release unset rollout-undo "
    "force-unlock new down".split()
)
READ = frozenset(
    "get list ls describe show logs log status top history version explain diff plan validate "
    "output view checks search events cluster-info api-resources api-versions can-i info inspect "
    "images ps stats port config-view template lint read tail filter head lookup query scan test "
    "wait help env whoami is-active is-enabled is-failed list-units list-unit-files list-timers "
    "cat watch browse download graph providers console-log auth current-context get-contexts "
    "preview stat dump monitor events-list".split()
)
VERB_LINES = (
    "kubectl oc helm terraform tofu terragrunt pulumi cdk sam serverless sls gcloud az gh glab "
    "docker podman nerdctl docker-compose systemctl supervisorctl pm2 launchctl heroku fly flyctl "
    "vercel netlify wrangler doctl argocd flux istioctl linkerd consul vault nomad eb ecs-cli "
    "rabbitmqctl bq gsutil etcdctl minikube kind kustomize oci ibmcloud cf argo skaffold tsh"
).split()
NOUNS = {  # words that would pass for verbs, and name a thing
    "gcloud": frozenset(["run", "config"]),
    "gh": frozenset(["run", "release", "label"]),
    "az": frozenset(["deployment"]),
    "argocd": frozenset(["app"]),
    "terraform": frozenset(["state"]),
    "docker": frozenset(["compose"]),
    "kubectl": frozenset(["rollout"]),
}


def _one_of(patterns: str) -> str:
    """A pattern for any of the patterns, which blanks separate."""
    return "(?:" + "|".join(patterns.split()) + ")"


def _phrases(patterns: str) -> str:
    """The same, where `_` stands for white space."""
    return _one_of(patterns.replace("_", r"\s+"))


AWS_READS = re.compile(
    _one_of(
        "describe get list ls head lookup search filter tail wait query scan batch-get select test "
        "validate simulate preview estimate help presign start-query detect decode view check "
        "batch-describe start-live-tail"
    )
    + r"\b"
)
GIT_READS = re.compile(
    _phrases(
        r"status diff log show blame grep ls-\w+ rev-parse rev-list describe reflog shortlog fetch "
        r"remote(?:_-v|_show|_get-url|$) branch(?:$|_-[avr]+\b|_--list|_--all|_--show-current|"
        r"_--contains|_--merged) tag(?:$|_-l|_-n|_--list|_--contains) stash_list stash_show "
        r"config_--get config_-l config_--list config_get config_list worktree_list "
        r"submodule(?:$|_status) cat-file check-ignore bisect_log bisect_view whatchanged name-rev "
        r"merge-base for-each-ref var version help count-objects cherry range-diff"
    )
    + r"(?:\s|$)"
)
PACKAGE_MANAGERS = frozenset(
    "pip pip3 pipx uv poetry pdm npm yarn pnpm bun gem bundle cargo go apt apt-get aptitude yum "
    "dnf apk brew pacman zypper snap conda mamba composer luarocks mix opam nix-env".split()
)
PACKAGES = re.compile(
    _one_of(
        "install add remove uninstall upgrade update sync ci i link get purge dist-upgrade "
        r"full-upgrade autoremove rm un global dlx tap -S\w* -R\w* -U"
    )
    + "$"
)
SQL_CLIENTS = frozenset(
    "psql mysql mariadb sqlite3 clickhouse-client clickhouse sqlcmd cockroach duckdb snowsql cqlsh "
    "mongosh mongo bq pgcli mycli usql".split()
)
SQL_WRITES = re.compile(
    r"(?i)\b"
    + _phrases(
        r"insert_into insert_ignore insert_overwrite update_[\w.\"`\[\]]+_(?:\w+_)?set delete_from "
        r"drop_\w alter_\w create_\w truncate\b grant_\w revoke_\w merge_into replace_into call_\w "
        r"do_\$ copy_[^;]*from vacuum\b reindex\b cluster_\w lock_tables?\b select\b[^;]*\binto\b "
        r"set_global refresh_materialized rename_table kill_(?:query_|connection_)?\d flush_\w "
        r"load_data optimize_table comment_on shutdown\b setval\( nextval\( pg_switch_wal"
    )
    + r"|(?i:pg_(?:terminate|cancel)_backend|pg_reload_conf)"
    r"|\.(?:insert|update|delete|remove|drop|create|replace|bulkWrite|findOneAnd|findAndModify|save"
    r"|rename)\w*\("
)
REDIS_READS = (
    r"(?i:\s"
    + _phrases(
        "get mget info ping keys scan [hsz]scan ttl pttl type exists llen lrange hget hgetall hlen "
        "smembers scard zrange zcard zscore strlen dbsize monitor slowlog client_list config_get "
        "memory latency role time cluster_(?:info|nodes|slots) xlen xrange xinfo object lastsave "
        "command --stat --latency --bigkeys --memkeys --hotkeys --scan"
    )
    + r"\b)|^$"
)
HTTP_WRITES = re.compile(
    r" (?:-X|--request)[ =]?(?:POST|PUT|PATCH|DELETE)\b| -d\S"
    r"| (?:-d|-F|-T|--data\S*|--form\S*|--upload-file|--json|--post-\S*|--body-\S*)[ =]"
    r"| --method=(?!GET|HEAD)"
)
HTTP_QUERIES = re.compile(
    r" (?:-G|--get)\b|/(?:_search|_msearch|_count|_cat|query|query_range|series|labels|graphql)\b"
)
DEPLOYS = re.compile(r"(?:^|[\s/_:.-])(?:deploy|rollback|release|publish|migrate|promote)(?![a-z])")
DEPLOYERS = frozenset("make just task rake rails invoke gradle gradlew mvn npx mage".split())
FORMATTERS = frozenset("prettier eslint gofmt goimports rustfmt ruff biome shfmt stylelint".split())
# Programs that change production where the pattern is found in their words, or unless it is.
CHANGES_WHERE = {
    "sysctl": r" (?:-w|-p|--system)\b|=",
    **dict.fromkeys(
        "iptables ip6tables nft ipset ufw tc ip".split(),
        r" (?:-[ADIFXPR]|add|del|delete|set|replace|flush|insert|allow|deny|enable)\b",
    ),
    **dict.fromkeys(
        "kafka-topics kafka-topics.sh kafka-configs kafka-configs.sh kafka-consumer-groups "
        "kafka-consumer-groups.sh".split(),
        r" --(?:create|delete|alter|reset-offsets|execute)\b",
    ),
}
CHANGES_UNLESS = {
    "service": r" status\b|--status-all",
    "crontab": r" -l\b",
    "redis-cli": REDIS_READS,
    "valkey-cli": REDIS_READS,
    **dict.fromkeys(
        "alembic flyway liquibase dbmate goose knex prisma cap fab".split(),
        r"\b(?:current|history|heads|info|status|validate|-l|-T)\b",
    ),
    **dict.fromkeys(
        "ansible ansible-playbook ansible-pull".split(), r" --(?:check|syntax-check|list\S*)\b"
    ),
}
CODE_WRITES = re.compile(
    r"(?i)open\s*\([^)]*,\s*(?:mode\s*=\s*)?['\"][^'\"]*[wax+]|(?<!stdout)(?<!stderr)\.write\s*\(|`|"
    + _one_of(
        r"write_text write_bytes unlink rmtree os\.(?:remove|rename|replace|mkdir|makedirs|system) "
        r"os\.kill shutil subprocess popen pty\. spawn writeFile appendFile rmSync mkdirSync "
        r"renameSync "
        r"fs\.(?:rm|cp) child_process File\.(?:write|delete|rename) FileUtils "
        r"requests\.(?:post|put|patch|delete) \bsystem\s*\( \bexec\s*\( \bsystem\b['\"]"
    )
)
INTERPRETERS = re.compile(r"(?:python[\d.]*|node|deno|bun|perl|ruby|php|lua|osascript|Rscript)$")
SHELLS = frozenset("sh bash zsh dash ksh fish busybox".split())
