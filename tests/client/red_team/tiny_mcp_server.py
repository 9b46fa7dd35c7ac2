"""A Model Context Protocol server on standard input and output: four tools that do nothing."""

from __future__ import annotations

import json
import sys
from typing import Any

TOOLS = ("get_logs", "delete_pod", "put_file", "query")


def answer(method: str, given: dict[str, Any]) -> dict[str, Any]:
    """The result of a request."""
    if method == "initialize":
        version = given.get("protocolVersion", "2025-06-18")
        info = {"name": "tiny", "version": "1"}
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info}
    if method == "tools/list":
        schema = {"type": "object", "additionalProperties": True}
        return {"tools": [{"name": n, "description": n, "inputSchema": schema} for n in TOOLS]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": f"{given['name']} was done"}]}
    return {}


def main() -> None:
    """Answer each line until there is none."""
    for line in sys.stdin:
        request = json.loads(line)
        if "id" in request:
            result = answer(request["method"], request.get("params") or {})
            told = {"jsonrpc": "2.0", "id": request["id"], "result": result}
            sys.stdout.write(f"{json.dumps(told)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
