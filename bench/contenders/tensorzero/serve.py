"""Runs the gateway that TensorZero's package carries: serve.py CONFIG PORT-FILE."""

import os
import signal
import sys

from tensorzero import _start_http_gateway

gateway = _start_http_gateway(
    config_file=sys.argv[1], clickhouse_url=None, postgres_url=None, valkey_url=None, async_setup=False
)
port = gateway.base_url.split(":")[2].split("/")[0]
with open(sys.argv[2] + ".new", "w") as file:
    file.write(port)
os.rename(sys.argv[2] + ".new", sys.argv[2])
signal.pause()
