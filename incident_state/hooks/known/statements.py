"""Statements in queries: each is known to read, or it changes."""
# ruff: noqa: E501 - a row of a table is a line

from __future__ import annotations

import re

from incident_state.patterns import pattern

LONGEST = 100_000  # characters; what is longer is not looked through, so it is not known to read
_QUOTED = pattern(
    r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|--[^\n]*|/\*.{0,2000}?\*/|\$\$.{0,2000}?\$\$", re.DOTALL
)
_SQL_READS = pattern(
    r"(?i)\s*\(*\s*(?:select|with|show|explain|describe|desc|values|table|use|pragma(?!.*=)|help|"
    r"set\s+(?!global)(?:session\s+|local\s+)?(?:statement_timeout|search_path|@|role|names|transaction)|"
    r"begin|commit|rollback|start\s+transaction|list|search|from|get|analyze(?=\s+select)|checkpoint_info)\b"
)
_SQL_TELLS = pattern(r"(?i)\s*(?:show|describe|desc|help)\b")
_SQL_ACTS = pattern(
    r"(?i)\b(?:insert\s+into|update\s+\S+\s+(?:as\s+\w+\s+|\w+\s+)?set|delete\s+from|merge\s+into|"
    r"drop\s+\w|alter\s+\w|create\s+\w|truncate|grant\s+\w|into\s+(?:outfile|dumpfile)|for\s+update|"
    r"analyze\s+(?:insert|update|delete))|\bselect\b[^;]{0,1000}\binto\b(?!\s+\$)|"
    r"\b(?:pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_promote|pg_switch_wal|pg_rotate\w*|"
    r"pg_(?:create|drop)\w*|pg_advisory\w*|pg_notify|pg_replication\w*|pg_wal_replay_(?:pause|resume)|"
    r"pg_start_backup|pg_stop_backup|pg_\w*reset\w*|setval|nextval|lo_\w+|dblink\w*|set_config|"
    r"kill|sleep_kill|load_file|sys_exec|xp_cmdshell|exec)\s*\("
)
_MUTATION = pattern(r"\bmutation\b[^\"'\n]{0,80}[{(]|\bsubscription\b\s*\w*\s*[{(]")
_MONGO_ACTS = pattern(
    r"\.(?:insert|update|delete|remove|drop|create|replace|bulkWrite|findOneAnd|findAndModify|save|"
    r"rename|convertToCapped|reIndex|compact|validate|setProfilingLevel|shutdownServer|fsync\w*|"
    r"step\w+|reconfig|initiate|add|grant|revoke|mapReduce|killOp|enableSharding|shardCollection|"
    r"move\w*|split\w*|set\w+|adminCommand|runCommand|killSessions|watch)\w*\(|\$(?:out|merge)\b"
)
_REDIS_READS = frozenset(
    "get mget strlen getrange substr exists ttl pttl type keys scan hscan sscan zscan info "
    "ping echo time dbsize llen lrange lindex lpos hget hgetall hmget hkeys hvals hlen "
    "hexists hstrlen smembers scard sismember smismember srandmember sinter sunion sdiff "
    "zrange zrangebyscore zrangebylex zrevrange zrevrangebyscore zcard zscore zmscore zcount "
    "zlexcount zrank zrevrank xlen xrange xrevrange xinfo xpending bitcount bitpos getbit "
    "pfcount geodist geohash geopos georadius_ro geosearch object lastsave role monitor "
    "randomkey dump expiretime command readonly wait psubscribe subscribe hrandfield "
    "zrandmember sintercard hello lolwut".split()
)
_REDIS_PHRASES = {
    "config": "get", "client": "list info id getname trackinginfo", "slowlog": "get len", "memory": "usage stats doctor malloc-stats",
    "latency": "latest history doctor graph histogram", "cluster": "info nodes slots shards keyslot countkeysinslot getkeysinslot myid links",
    "acl": "whoami list users getuser cat log", "script": "exists", "pubsub": "channels numsub numpat", "module": "list", "function": "list stats", "debug": "object",
}  # fmt: skip
_REDIS_MODES = "--stat --latency --latency-history --latency-dist --bigkeys --memkeys --hotkeys --scan --intrinsic-latency --version --help".split()


def sql_changes(text: str) -> bool:
    """Whether any statement of the text is not known to read; what stands in quotes is not one."""
    bare = _QUOTED.sub(" '' ", text)
    parts = (part for part in re.split(r";|\\[a-zA-Z+]+[^\n]*", bare) if part.strip(" \t\r\n'\"()"))
    return any(
        not _SQL_READS.match(part) or (_SQL_ACTS.search(part) and not _SQL_TELLS.match(part))
        for part in parts
    )


def query_changes(text: str) -> bool:
    """Whether a query that a tool or an address is given has a part that changes something."""
    if len(text) > LONGEST:
        return True
    bare = _QUOTED.sub(" '' ", text)
    return bool(_SQL_ACTS.search(bare) or _MUTATION.search(text))


def mongo_changes(text: str) -> bool:
    """Whether a text for MongoDB calls anything that changes."""
    return bool(_MONGO_ACTS.search(text))


def redis_changes(words: list[str]) -> bool:
    """Whether a command for Redis, the client's options before it, is not known to read."""
    if any(word in _REDIS_MODES for word in words):
        return False
    lowered = [word.lower() for word in words]
    for at, word in enumerate(lowered):
        if word in _REDIS_READS and (at == 0 or not lowered[at - 1].startswith("-")):
            return False
        if word in _REDIS_PHRASES:
            return (
                lowered[at + 1] not in _REDIS_PHRASES[word].split() if lowered[at + 1 :] else True
            )
    return bool([word for word in words if not word.startswith("-")])
