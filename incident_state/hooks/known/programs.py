"""Programs and their subcommands: which only read, which change the project, or production.

What stands in no table is unknown: the user is asked once, and their yes is remembered.
"""
# ruff: noqa: E501 - a row of a table is a line

from __future__ import annotations

from functools import lru_cache

from incident_state.patterns import pattern

# What only reads, but for what the pattern finds in its words.
READERS: dict[str, str] = dict.fromkeys(
    "[ [[ test true false : break continue cat cd pushd popd dirs pwd ls head tail wc stat "
    "file grep egrep fgrep zgrep zegrep ag ack less more most bat view diff colordiff cmp "
    "comm cut nl od hexdump strings md5sum sha1sum sha256sum sha512sum b2sum shasum md5 cksum "
    "tac rev column fold fmt paste join tr jq jaq gron xq htmlq dasel mlr readlink realpath "
    "basename dirname du df echo printf date sleep type which whereis for case select "
    "function read export local declare readonly typeset alias let return exit seq expr bc "
    "factor glow mdcat pandoc man info help tldr apropos wait jobs set unset shift shopt "
    "umask hash zcat bzcat xzcat zstdcat lz4cat zless env printenv id whoami who w last "
    "groups hostname hostnamectl timedatectl uname arch uptime free vmstat iostat mpstat sar "
    "pidstat numastat slabtop top htop atop iotop ps pgrep pidof pstree pmap lsof fuser ss "
    "netstat lsblk lscpu lsmod lspci lsusb blkid findmnt mountpoint getent locale nproc dmesg "
    "dig nslookup host whois ping ping6 traceroute tracepath mtr getconf getfacl lslocks "
    "jstack jps jstat jmap jinfo py-spy perf promtool amtool-check logcli stern kubetail lnav "
    "goaccess pg_isready mysqlshow pg_dump pg_dumpall mysqldump pgbadger kubectx kubens "
    "openssl nettop tcpdump tshark ngrep dstat glances btop numfmt base64 base32 iconv "
    "uuidgen xmllint yamllint shellcheck hadolint pytest mypy flake8 pylint rspec phpunit "
    "jest vitest tsc tox ctest cloc tokei scc kubeval kubeconform conftest trivy grype "
    "semgrep ldd nm objdump readelf git-log caller times trap logger-tail csvcut csvgrep "
    "csvlook csvstat ts pv look tsort cal ncal json.tool unittest timeit calendar sysconfig "
    "platform site".split(),
    r"(?!)",
) | {
    "find": r" -(?:delete|fprint\w*|fls|ok|okdir)\b",
    "fd": r" (?:-x|-X|--exec\S*)\b",
    "sort": r" (?:-\w*o|--o)",
    "tree": r" (?:-\w*o|--output)\b",
    "shuf": r" (?:-\w*o|--o)",
    "uniq": r" [^-\s]\S* +[^-\s]",
    "sed": r" (?:-[a-zA-Z]*i|--in-)|(?:^|[;/0-9$}' \"])w[ /.]|/e\b",
    "awk": r"print[^|;}]{0,200}>[^=]{0,200}[\"'(/$\w]|\bsystem\s*\(|\|\s*(?![|&])(?!\s*\"?(?:sort|uniq|head|cat|wc)\b)|inplace",
    "rg": r" --pre\b",
    "yq": r" (?:-\w*i|--inplace)\b",
    "xxd": r" -\w*r| [^-\s]\S* +[^-\s]",
    "journalctl": r" --(?:vacuum|rotate|flush|sync|relinquish|setup|update|smart)",
    "mount": r" [^-\s]", "crontab": r" (?!-l\b)(?!-u \S+ -l)\S", "ip": r"\b(?:add|del|delete|set|replace|flush|change|append)\b",
    "sysctl": r" (?:-\w*w|-p|--system|--write|--load)|=",
    "dmidecode": r"(?!)", "ethtool": r" -[sKGACLU]", "nc": r" -\w*[le]", "telnet": r"(?!)",
    "vim": r"^(?!.* -R\b)", "vi": r"^(?!.* -R\b)", "nvim": r"^(?!.* -R\b)", "watch": r"(?!)",
    "ruff": r" (?:--fix|format(?! --(?:check|diff)))", "black": r"^(?!.*--(?:check|diff))", "prettier": r" (?:-w|--write)",
    "eslint": r" --fix", "gofmt": r" -\w*w", "shfmt": r" -\w*w", "rustfmt": r"^(?!.*--check)", "stylelint": r" --fix", "biome": r" --(?:write|fix|apply)",
    "kafka-topics": r"--(?:create|delete|alter)", "kafka-configs": r"--alter", "kafka-consumer-groups": r"--(?:reset|delete)",
    "kafka-console-consumer": r"(?!)", "kcat": r" -\w*P", "nodetool": r" (?!(?:status|info|ring|tpstats|cfstats|tablestats|netstats|describecluster|compactionstats|gossipinfo|version|proxyhistograms|tablehistograms|getendpoints)\b)[a-z]",
    "rabbitmq-diagnostics": r"(?!)", "pip-audit": r" --fix", "make": r"^(?!(?: -\S+)* (?:-n|test|tests|check|lint|help|status|fmt-check|typecheck)\b)",
    "pulumi": r"^(?! (?:preview|stack(?: ls| output)?$|about|logs|config$|history|version))", "ansible": r"^(?!.*(?:--check|--list-hosts|--version|-m (?:ping|setup|debug)))",
    "ansible-playbook": r"^(?!.*--(?:check|list-\w+|syntax-check))", "ansible-inventory": r"(?!)", "amtool": r"\b(?:add|expire|import|update)\b",
    "alembic": r"\b(?:upgrade|downgrade|stamp|revision|merge)\b", "flyway": r"\b(?:migrate|clean|repair|baseline|undo)\b",
    "service": r" (?:start|stop|restart|reload|force-reload)\b", "supervisorctl": r" (?!status|tail|pid|avail|version)[a-z]", "pm2": r" (?!ls|list|logs|show|describe|status|monit|jlist|prettylist|info)[a-z]",
    "consul": r"^(?!.*\b(?:members|get|info|catalog|list|version|monitor|read)\b)", "vault": r"^(?!.*\b(?:read|list|status|get|version|lookup|print)\b)", "nomad": r"^(?!.*\b(?:status|logs|inspect|plan|version|members|info|history|validate)\b)",
    "etcdctl": r"^(?!.*\b(?:get|status|health|list|version|check|hashkv)\b)", "tar": r"^(?! -?[a-zA-Z]*t| --list)", "unzip": r"^(?!.* -\w*[lpZt])",
}  # fmt: skip
READERS |= {f"{name}.sh": READERS[name] for name in READERS if name.startswith("kafka")}
# What writes the files that it names: nothing, where those lie in a temporary place.
WRITERS = frozenset(
    "rm rmdir unlink mkdir touch truncate shred tee patch chmod chown chgrp ed ex split "
    "csplit mktemp mkfifo gunzip gzip bunzip2 bzip2 xz zstd 7z zip tar unzip setfacl sponge "
    "rename trash venv virtualenv srm sed perl yq sort uniq tree xxd vim vi nvim nano emacs code black ruff "
    "prettier eslint gofmt shfmt rustfmt stylelint biome awk find fd cpio".split()
)
# The same, but only the last one, or what an option names.
TO_LAST = frozenset("cp mv ln install rsync ditto scp pscp dd".split())
PRODUCTION = frozenset(
    "kill pkill killall reboot shutdown halt poweroff useradd userdel usermod passwd mkfs "
    "fdisk umount swapoff modprobe rmmod sftp pulumi ansible ansible-playbook ansible-pull "
    "setenforce iptables ip6tables nft ipset ufw firewall-cmd tc mount crontab ip sysctl "
    "service supervisorctl pm2 kafka-topics kafka-configs kafka-consumer-groups "
    "kafka-console-producer kafka-reassign-partitions kcat nodetool consul vault nomad "
    "etcdctl alembic flyway liquibase dbmate goose knex prisma cap fab at batch createdb "
    "dropdb pg_restore pg_ctl mysqladmin amtool pg_promote patronictl repmgr orchestrator "
    "ethtool telinit init logrotate chaos k6 ab wrk hey vegeta stress sendmail mail mailx "
    "kubectl-drain conntrack wg nmcli netplan ifdown ifup kexec wall write logger".split()
)
SHELLS = frozenset("sh bash zsh dash ksh fish ash mksh".split())
INTERPRETERS = pattern(
    r"(?:python[\d.]*|pypy3?|node|deno|bun|perl|ruby|php|lua|osascript|Rscript)$"
)
# Programs that run the rest of their words, those of whose words some are command lines, and those
# that do so on another machine or inside a container.
RUNNERS = frozenset(
    "sudo doas env nohup setsid nice ionice timeout gtimeout time stdbuf command builtin exec "
    "xargs parallel flock strace ltrace taskset chrt chroot unshare nsenter busybox unbuffer "
    "chronic caffeinate coproc npx bunx pnpx uvx pipx poetry pipenv pdm hatch rye dotenv "
    "direnv aws-vault aws-okta saml2aws chamber doppler op envchain firejail proot fakeroot "
    "prlimit catchsegv valgrind gdb rlwrap faketime cgexec ssh mosh toolbox infisical sops "
    "berglas envdir chpst setpriv capsh systemd-run runuser su sg pkexec winpty".split()
)
TAKE_LINES = frozenset(
    "tmux screen script su runuser at batch expect xterm watch parallel sg gnome-terminal "
    "konsole dbus-run-session socat trap ssh mosh pdsh pssh ansible-console".split()
)
REMOTE = frozenset("ssh mosh pdsh pssh".split())
INSIDE = frozenset("docker podman nerdctl kubectl oc docker-compose crictl ctr".split())
HTTP = frozenset("curl wget http https xh".split())

# Programs with subcommands: the words and phrases that read, after `|` those that change
# production, after a second one those that change the project; `*` stands for any group before it.
_COMMANDS = {
    "kubectl oc": "get describe logs top explain version cluster-info api-resources api-versions diff events wait "
    "completion options kustomize auth/can-i auth/whoami config/view config/current-context config/get-contexts "
    "config/get-clusters rollout/status rollout/history whoami status projects adm/top port-forward plugin/list config/use-context"
    "|apply create delete edit patch replace scale autoscale set drain cordon uncordon taint label annotate expose run "
    "cp debug attach rollout/restart rollout/undo rollout/pause rollout/resume proxy certificate adm new-app rsh process start-build",
    "helm": "list ls status get history show search template lint version env diff verify repo/list dependency/list plugin/list"
    "|install upgrade uninstall delete rollback test push|create package pull dependency repo plugin",
    "terraform tofu terragrunt": "plan show validate output providers version graph state/list state/show workspace/list workspace/show "
    "fmt/-check run-all/plan run-all/validate run-all/output hclvalidate get console metadata"
    "|apply destroy import taint untaint refresh state/rm state/mv state/push force-unlock workspace/delete run-all/apply run-all/destroy"
    "|init fmt workspace/new workspace/select",
    "docker podman nerdctl docker-compose crictl": "ps images logs inspect stats top version info events diff history port search ls wait "
    "system/df container/ls container/logs container/inspect container/stats container/top image/ls image/inspect image/history network/ls "
    "network/inspect volume/ls volume/inspect service/ls service/logs service/ps service/inspect node/ls node/inspect stack/ps stack/services "
    "compose/ps compose/logs compose/config compose/images compose/top compose/ls context/ls context/show manifest/inspect config"
    "|rm stop restart kill start run pause unpause update rename push commit prune attach swarm scale up down create "
    "compose/up compose/down compose/restart compose/stop compose/start compose/rm compose/run compose/kill compose/exec "
    "system/prune container/rm container/restart container/stop container/kill volume/rm volume/prune network/rm image/rm image/prune "
    "service/update service/scale service/rm service/rollback stack/deploy stack/rm node/update|build pull tag rmi load save import export cp login logout",
    "systemctl": "status show list-units list-unit-files list-timers list-sockets list-dependencies list-jobs is-active is-enabled is-failed "
    "is-system-running cat help get-default show-environment"
    "|start stop restart reload try-restart reload-or-restart enable disable mask unmask kill isolate daemon-reload daemon-reexec "
    "set-property edit reset-failed reboot poweroff halt suspend preset revert set-default",
    "git": "status diff log show blame grep ls-files ls-tree ls-remote rev-parse rev-list describe reflog shortlog remote/-v remote/show "
    "remote/get-url stash/list stash/show worktree/list submodule/status cat-file check-ignore check-attr whatchanged name-rev merge-base "
    "for-each-ref show-ref show-branch var version help count-objects cherry range-diff bisect/log bisect/view diff-tree diff-index "
    "diff-files verify-commit verify-tag fsck archive fetch symbolic-ref notes/list notes/show patch-id annotate lfs/ls-files"
    "|push svn p4 send-email"
    "|add commit checkout switch restore reset revert merge rebase cherry-pick stash clean rm mv tag branch apply am pull init clone config "
    "remote submodule worktree bisect gc prune filter-branch filter-repo update-index update-ref checkout-index read-tree write-tree notes replace "
    "sparse-checkout lfs maintenance repack reflog/expire reflog/delete",
    "gh glab": "api/graphql view list status checks diff search watch browse download verify-asset logs ls auth/status"
    "|create merge close reopen edit delete comment review rerun cancel run enable disable lock unlock transfer sync upload rename archive set remove "
    "add develop ready update-branch approve revoke dispatch trigger deploy release publish|checkout clone fork",
    "gcloud": "list describe read info version get-value get-iam-policy print-access-token get-server-config list-logs tail get-ancestors lookup "
    "get-credentials get-operation config/list config/get-value help topic"
    "|create delete update deploy set add-iam-policy-binding remove-iam-policy-binding set-iam-policy restart start stop reset resize rollback "
    "promote apply import export patch ssh scp enable disable add remove move restore failover drain suspend resume cancel submit execute "
    "run publish pull ack update-traffic rollout abandon approve reject",
    "az": "list show get version query logs tail get-credentials account/show list-locations find check wait log/show log/tail"
    "|create delete update start stop restart set add remove scale deploy swap invoke reset redeploy import export purge restore failover assign cancel run",
    "argocd": "get list diff history logs manifests resources version context|sync rollback delete set create patch terminate-op actions wait-op unset add rm edit",
    "flux": "get logs events tree check version stats trace export diff|reconcile suspend resume delete create install bootstrap uninstall",
    "istioctl linkerd": "proxy-status proxy-config analyze version describe check stat top tap edges routes viz dashboard diagnostics ps pc x|install uninstall upgrade inject",
    "rabbitmqctl": "status list_queues list_connections list_channels list_consumers list_exchanges list_bindings list_vhosts cluster_status "
    "list_users list_policies list_permissions environment report node_health_check version list_parameters list_unresponsive_queues ping"
    "|purge_queue delete_queue delete_user add_user stop_app start_app reset force_reset forget_cluster_node set_policy clear_policy stop close_connection "
    "close_all_connections eval set_parameter clear_parameter set_vm_memory_high_watermark join_cluster shutdown",
    "heroku fly flyctl vercel netlify doctl": "logs status ps info releases list get show apps config version history inspect machines/list ls"
    "|deploy restart scale rollback delete destroy create update set unset run promote rm remove stop start suspend resume ps:restart ps:scale "
    "releases:rollback config:set config:unset pg:reset secrets/set machine/stop machine/restart",
    "npm yarn pnpm": "test t ls list outdated audit view info explain why ping config/get help version docs fund query run/test run/lint run/typecheck run/check lint"
    "|publish unpublish deprecate dist-tag access owner run/deploy run/release deploy|install i ci add remove uninstall update upgrade link dedupe prune rebuild init",
    "pip pip3": "list show freeze check index download-info config/list debug inspect|register|install uninstall download wheel cache",
    "cargo go": "test check tree clippy vet list version env doc metadata search mod/graph mod/why tool bench|publish|build install add remove update get mod generate run fix clean fmt",
    "poetry uv pdm bundle composer gem mvn gradle gradlew": "show list check tree outdated test dependency:tree dependencies pip/list pip/show verify validate info search"
    "|publish deploy release|add remove install update lock sync build package compile exec clean",
    "apt apt-get dpkg yum dnf apk brew snap": "list show search policy info depends rdepends changelog history repolist provides check-update -l -L -s -S --list --status"
    "|dist-upgrade full-upgrade|install remove purge update upgrade autoremove add del delete reinstall",
    "redis-sentinel-cli": "info",
    "tsh": "status ls clusters version|ssh login logout",
    "bq": "ls show head|mk rm cp load update extract insert cancel",
    "gsutil": "ls cat du stat hash version|rm cp mv rsync setmeta iam acl lifecycle",
    "launchctl": "list print blame|load unload start stop kickstart bootout enable disable kill",
    "claude": "--version -v --help -h doctor mcp/list plugin/list mcp/get",
}  # fmt: skip


class Commands:
    """A program's subcommands, each with what it does: "" reads, else `production` or `project`."""

    def __init__(self, table: str) -> None:
        """Take the three lists, with `|` between, a phrase's words with `/` between."""
        self.does: dict[str, str] = {}
        for kind, words in zip(("", "production", "project"), table.split("|"), strict=False):
            self.does |= dict.fromkeys(words.split(), kind)
        self.groups = {phrase.partition("/")[0] for phrase in self.does if "/" in phrase}

    def owns(self, word: str) -> bool:
        """Whether it is one of the program's own first words."""
        return word in self.does or word in self.groups


COMMANDS = {name: table for names, table in _COMMANDS.items() for name in names.split()}
# Their first word names what the rest is about, and is no verb.
GROUPED = frozenset("gcloud az gh glab".split())
SQL_CLIENTS = frozenset(
    "psql mysql mariadb sqlite3 clickhouse-client clickhouse sqlcmd cockroach duckdb snowsql "
    "cqlsh pgcli mycli usql bq trino presto athenacli".split()
)
MONGO_CLIENTS = frozenset("mongosh mongo".split())
REDIS_CLIENTS = frozenset("redis-cli valkey-cli keydb-cli".split())
OPERATORS = frozenset(["aws"]) | SQL_CLIENTS | MONGO_CLIENTS | REDIS_CLIENTS | HTTP
# A program for awk that runs others.
AWKS = frozenset("awk gawk mawk nawk".split())
AWK_RUNS = pattern(r"\bsystem\s*\(|\|\s*\"|\"\s*\|\s*getline")
# A target of that name deploys, whichever program runs it.
DEPLOYS = pattern(
    r"(?:^|[\s/_:.-])(?:deploy|rollback|release|publish|migrate|promote|restart)(?![a-z])"
)


@lru_cache
def commands(program: str) -> Commands:
    """The subcommands of that program; none where it has none that are known."""
    return Commands(COMMANDS.get(program, ""))


_KNOWN = (
    frozenset(
        [*READERS, *WRITERS, *TO_LAST, *PRODUCTION, *SHELLS, *RUNNERS, *TAKE_LINES, *COMMANDS]
    )
    | OPERATORS
    | {"incident-state", "eval", "source"}
)


def is_known(program: str) -> bool:
    """Whether a program of that name stands in one of the tables."""
    program = program.rsplit("/", 1)[-1]
    return program in _KNOWN or INTERPRETERS.match(program) is not None
