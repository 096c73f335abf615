"""`llm`, the command line tool, in a folder of its own with the models that its users would write down."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scenarios import main

FUNCTION = '''
def get_weather(city: str) -> str:
    "The weather of a city"
    return "31 degrees and dry"
'''


def make(base, key):
    def llm(entry, *arguments):
        """What it prints, with one model written down beside a key of our own."""
        with tempfile.TemporaryDirectory() as folder:
            model = {"model_id": "here", "api_base": base + "/v1", "api_key_name": "gateway", **entry}
            # JSON is YAML.
            Path(folder, "extra-openai-models.yaml").write_text(json.dumps([model]))
            Path(folder, "keys.json").write_text(json.dumps({"gateway": key}))
            ran = subprocess.run(
                [sys.executable, "-m", "llm", "prompt", "--model", "here", *arguments],
                env={**os.environ, "LLM_USER_PATH": folder},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=30,
            )
            return {"text": ran.stdout.strip(), "code": ran.returncode, "errors": ran.stderr}

    def chat(model):
        return llm({"model_name": model}, 'Say "made up"', "--no-stream")

    def streamed(model):
        return llm({"model_name": model}, 'Say "made up"', "--usage")

    def responses(model):
        return llm({"model_name": model, "responses": True}, 'Say "made up"')

    def completions(model):
        return llm({"model_name": model, "completion": True}, 'Say "made up"')

    def tools(model):
        entry = {"model_name": model, "supports_tools": True}
        return llm(entry, "How is the weather in Pune?", "--functions", FUNCTION)

    def structured(model):
        entry = {"model_name": model, "supports_schema": True}
        return llm(entry, "Name a part.", "--schema", "name, volts int")

    return {
        "chat": chat,
        "completions": completions,
        "responses": responses,
        "streamed": streamed,
        "structured": structured,
        "tools": tools,
    }


if __name__ == "__main__":
    main(make)
