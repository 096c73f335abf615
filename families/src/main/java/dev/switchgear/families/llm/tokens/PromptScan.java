package dev.switchgear.families.llm.tokens;

import com.knuddels.jtokkit.api.Encoding;
import dev.switchgear.families.json.BoundedJson;
import dev.switchgear.families.llm.model.Tokenizer;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// One pass over a request's body, in the dialect of OpenAI (chat and Responses), Anthropic, Gemini or
/// Ollama: counts what stands in the prompt.
///
/// Texts of messages count by their runs, descriptions of tools and schemas by their names too.
/// Inline media count as a fixed number of tokens each, because only the provider knows more.
final class PromptScan {
    /// An image of usual size, at the providers that say how they count.
    private static final long MEDIA_TOKENS = 1_000;

    private static final int MEDIA_CHARS = 256;
    private static final Set<String> PROMPT =
            Set.of(
                    "messages",
                    "system",
                    "contents",
                    "systemInstruction",
                    "system_instruction",
                    "input",
                    "instructions",
                    "prompt");
    private static final Set<String> DESCRIPTIONS =
            Set.of("tools", "functions", "response_format", "output_config", "format");

    /// Fields inside messages that are no text for the model.
    private static final Set<String> SILENT =
            Set.of(
                    "role",
                    "type",
                    "id",
                    "call_id",
                    "tool_call_id",
                    "tool_use_id",
                    "signature",
                    "thoughtSignature",
                    "encrypted_content",
                    "cache_control",
                    "mimeType",
                    "media_type",
                    "detail",
                    "status");

    private static final JsonFactory JSON = BoundedJson.factory();

    private final Optional<Encoding> encoding;
    private final TextTally texts = new TextTally();
    private final TextTally descriptions = new TextTally();
    private long described;
    private long messages;
    private long media;
    private long tokenIds;
    private long tokenizedChars;
    private long tokenized;

    private PromptScan(Optional<Encoding> encoding) {
        this.encoding = encoding;
    }

    /// A body that is not JSON is taken for as much of it as is.
    static PromptScan of(byte[] body, Optional<Encoding> encoding) {
        var scan = new PromptScan(encoding);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                scan.whole(parser);
            }
        } catch (JacksonException broken) {
            // What was read before stands: the edge refuses such a body, so this is only a figure
            // for a call that nobody will make.
            return scan;
        }
        return scan;
    }

    /// An estimate of all of it.
    long tokens(Tokenizer tokenizer) {
        Ratios ratios = Ratios.of(tokenizer);
        double tokens =
                ratios.base()
                        + messages * ratios.message()
                        + texts.runs() * ratios.text()
                        + (described > 0 ? ratios.tools() : 0)
                        + (descriptions.runs() + described) * ratios.tool();
        return Math.round(tokens) + tokenized + media * MEDIA_TOKENS + tokenIds;
    }

    private void whole(JsonParser parser) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (PROMPT.contains(name)) {
                message(parser, value);
            } else if (DESCRIPTIONS.contains(name)) {
                description(parser, value);
            } else if (name.equals("text") || name.equals("generationConfig")) {
                settings(parser, value);
            } else {
                parser.skipChildren();
            }
        }
    }

    /// Settings among which there may be a schema.
    private void settings(JsonParser parser, JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken inner = parser.nextToken();
            if (name.equals("format") || name.endsWith("Schema")) {
                description(parser, inner);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void message(JsonParser parser, JsonToken value) {
        switch (value) {
            case START_OBJECT -> {
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    JsonToken inner = parser.nextToken();
                    messages += name.equals("role") ? 1 : 0;
                    if (SILENT.contains(name)) {
                        parser.skipChildren();
                    } else {
                        message(parser, inner);
                    }
                }
            }
            case START_ARRAY -> {
                for (JsonToken inner = parser.nextToken();
                        inner != JsonToken.END_ARRAY;
                        inner = parser.nextToken()) {
                    message(parser, inner);
                }
            }
            case VALUE_STRING -> text(parser);
            // Token ids given as input, and the rare number inside a message.
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> tokenIds++;
            default -> {}
        }
    }

    private void text(JsonParser parser) {
        char[] characters = parser.getStringCharacters();
        int from = parser.getStringOffset();
        int count = parser.getStringLength();
        if (media(characters, from, count)) {
            media++;
        } else if (encoding.isPresent()
                && tokenizedChars + count <= TokenEstimates.TOKENIZED_CHARS_MAX) {
            tokenizedChars += count;
            tokenized += encoding.get().countTokensOrdinary(new String(characters, from, count));
        } else {
            texts.add(characters, from, count);
            texts.add(" ");
        }
    }

    /// A data URL, or so long a run of base 64 that it can be no text.
    private static boolean media(char[] characters, int from, int count) {
        if (count >= 5 && new String(characters, from, 5).equals("data:")) {
            return true;
        }
        if (count < MEDIA_CHARS) {
            return false;
        }
        for (int i = from; i < from + MEDIA_CHARS; i++) {
            char c = characters[i];
            boolean base64 =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "+/_-=".indexOf(c) >= 0;
            if (!base64) {
                return false;
            }
        }
        return true;
    }

    private void description(JsonParser parser, JsonToken value) {
        switch (value) {
            case START_OBJECT -> {
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    descriptions.add(name).add(" ");
                    described++;
                    description(parser, parser.nextToken());
                }
            }
            case START_ARRAY -> {
                for (JsonToken inner = parser.nextToken();
                        inner != JsonToken.END_ARRAY;
                        inner = parser.nextToken()) {
                    description(parser, inner);
                }
            }
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
                    descriptions
                            .add(
                                    parser.getStringCharacters(),
                                    parser.getStringOffset(),
                                    parser.getStringLength())
                            .add(" ");
            default -> {}
        }
    }
}
