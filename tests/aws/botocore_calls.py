"""Makes the calls of `calls.txt` by botocore and prints one line of JSON for each.

    botocore_calls.py ENDPOINT writes|reads < CALLS

Each line of CALLS is {"name", "service", "operation", "params"} with all references resolved, but for `$name.path` in writes, which stands for
what an earlier one gave. Times are printed as RFC 3339 in UTC, bytes as Base64, a body as its text; nothing is added or left out otherwise.
"""

import base64
import datetime
import json
import re
import sys

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.response import StreamingBody


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key != "ResponseMetadata" and item is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.timezone.utc)
        return {"$time": utc.timestamp()}
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, StreamingBody):
        return value.read().decode()
    return value


def resolved(value, known):
    if isinstance(value, dict):
        return {key: resolved(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item, known) for item in value]
    if isinstance(value, str) and value.startswith("$"):
        for step in re.findall(r"[A-Za-z0-9_]+", value[1:]):
            known = known[int(step)] if step.isdigit() and isinstance(known, list) else known[step]
        return known
    return value


def main():
    endpoint = sys.argv[1]
    session = botocore.session.get_session()
    clients, known = {}, {}
    for line in sys.stdin:
        call = json.loads(line)
        service = call["service"].replace("_", "-")
        if service not in clients:
            config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
            clients[service] = session.create_client(
                service, region_name="ap-northeast-1", endpoint_url=endpoint, config=config,
                aws_access_key_id="test", aws_secret_access_key="test",
            )
        client = clients[service]
        method = botocore.xform_name(call["operation"])
        params = resolved(call["params"], known)
        try:
            if client.can_paginate(method):
                result = client.get_paginator(method).paginate(**params).build_full_result()
            else:
                result = getattr(client, method)(**params)
            answer = {"name": call["name"], "method": method, "result": plain(result)}
            known[call["name"]] = answer["result"]
        except ClientError as error:
            answer = {"name": call["name"], "method": method, "error": error.response["Error"]["Code"]}
        print(json.dumps(answer), flush=True)


main()
