package dev.switchgear.dialects.own;

import dev.switchgear.dialects.json.DataUrl;
import dev.switchgear.dialects.json.Field;
import dev.switchgear.dialects.json.InlineMedia;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Sampling;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/// Reads a request of our own API. Unlike a provider's, its fields are all known: one that is not is
/// an error, so that a typing mistake never goes unnoticed.
final class OwnRequestReader {
    private static final Set<String> FIELDS =
            Set.of(
                    "model",
                    "prompt",
                    "system",
                    "messages",
                    "tools",
                    "toolChoice",
                    "parallelTools",
                    "format",
                    "maxTokens",
                    "temperature",
                    "topP",
                    "topK",
                    "seed",
                    "stop",
                    "reasoning",
                    "user");

    private final Field body;
    private final ChatRequest.Builder request;

    private OwnRequestReader(Field body, ChatRequest.Builder request) {
        this.body = body;
        this.request = request;
    }

    static ChatRequest read(byte[] body, String model, boolean streamed) throws InvalidBody {
        return new OwnRequestReader(Json.asked(body), ChatRequest.builder(model).streamed(streamed))
                .whole();
    }

    private ChatRequest whole() throws InvalidBody {
        for (Field field : body.fields()) {
            if (!FIELDS.contains(field.name())) {
                throw InvalidBody.param(field.path(), "unknown (see docs/api.md)");
            }
        }
        Optional<String> system = body.optionalString("system");
        system.ifPresent(text -> request.turn(Role.SYSTEM, List.of(new Part.Text(text))));
        Optional<Field> messages = body.get("messages");
        Optional<String> prompt = body.optionalString("prompt");
        if (messages.isPresent() == prompt.isPresent()) {
            throw InvalidBody.param("messages", "give either messages or prompt");
        }
        prompt.ifPresent(text -> request.turn(Role.USER, List.of(new Part.Text(text))));
        if (messages.isPresent()) {
            List<Field> items = messages.get().items();
            if (items.isEmpty()) {
                throw InvalidBody.param("messages", "empty (expected: at least one message)");
            }
            for (Field message : items) {
                message(message.object());
            }
        }
        tools();
        settings();
        return request.build();
    }

    private void message(Field message) throws InvalidBody {
        Field role = message.need("role", "system, user, assistant or tool");
        switch (role.string()) {
            case "system" -> request.turn(Role.SYSTEM, parts(message));
            case "user" -> request.turn(Role.USER, parts(message));
            case "assistant" -> assistant(message);
            case "tool" -> {
                String id = message.need("toolCallId", "a string").string();
                boolean error = message.optionalBool("error").orElse(false);
                request.turn(
                        Role.USER, List.of(new Part.ToolResult(id, "", parts(message), error)));
            }
            default -> throw role.unknown("system, user, assistant or tool");
        }
    }

    private void assistant(Field message) throws InvalidBody {
        var parts = new ArrayList<Part>();
        Optional<Field> thinking = message.get("thinking");
        Optional<Signature> signature =
                message.optionalString("signature")
                        .map(text -> Signature.readFrom(Dialect.OWN, text));
        if (thinking.isPresent() || signature.isPresent()) {
            // Some thoughts are signed and have no words.
            String text = thinking.isPresent() ? thinking.get().string() : "";
            parts.add(new Part.Thinking(text, signature));
        }
        if (message.get("content").isPresent()) {
            parts.addAll(parts(message));
        }
        Optional<Field> calls = message.get("toolCalls");
        if (calls.isPresent()) {
            for (Field call : calls.get().items()) {
                Field arguments = call.object().need("arguments", "an object").object();
                parts.add(
                        new Part.ToolCall(
                                call.need("id", "a string").string(),
                                call.need("name", "a string").string(),
                                Json.text(arguments.node()),
                                call.optionalString("signature")
                                        .map(text -> Signature.readFrom(Dialect.OWN, text))));
            }
        }
        request.turn(Role.ASSISTANT, parts);
    }

    private static List<Part> parts(Field message) throws InvalidBody {
        Field content = message.need("content", "a string or an array of parts");
        if (content.isString()) {
            return List.of(new Part.Text(content.string()));
        }
        if (!content.isArray()) {
            throw content.wrong("a string or an array of parts");
        }
        var parts = new ArrayList<Part>();
        for (Field part : content.items()) {
            parts.add(part(part.object()));
        }
        return parts;
    }

    private static Part part(Field part) throws InvalidBody {
        Field type = part.need("type", "text, image, document or audio");
        return switch (type.string()) {
            case "text" -> new Part.Text(part.need("text", "a string").string());
            case "image" -> {
                Media media = media(part);
                yield InlineMedia.part(
                        media, new Part.Image(media, part.optionalString("detail").orElse("")));
            }
            case "document" -> {
                Media media = media(part);
                yield InlineMedia.part(
                        media, new Part.Document(media, part.optionalString("name").orElse("")));
            }
            case "audio" -> new Part.Audio(media(part));
            default -> throw type.unknown("text, image, document or audio");
        };
    }

    private static Media media(Field part) throws InvalidBody {
        Field url = part.need("url", "an https or data URL");
        return DataUrl.media(url, url.string());
    }

    private void tools() throws InvalidBody {
        Optional<Field> tools = body.get("tools");
        if (tools.isPresent()) {
            for (Field tool : tools.get().items()) {
                Optional<Field> parameters = tool.object().get("parameters");
                if (parameters.isPresent()) {
                    parameters.get().object();
                }
                request.tool(
                        new Tool.Function(
                                tool.need("name", "a string").string(),
                                tool.optionalString("description").orElse(""),
                                parameters.map(Field::node),
                                tool.optionalBool("strict"),
                                Optional.empty()));
            }
        }
        Optional<Field> choice = body.get("toolChoice");
        if (choice.isPresent()) {
            request.toolChoice(choice(choice.get()));
        }
        body.optionalBool("parallelTools").ifPresent(request::parallelTools);
    }

    private static ToolChoice choice(Field choice) throws InvalidBody {
        if (!choice.isString()) {
            return new ToolChoice.Named(choice.object().need("name", "a string").string());
        }
        return switch (choice.string()) {
            case "auto" -> new ToolChoice.Auto();
            case "none" -> new ToolChoice.None();
            case "required" -> new ToolChoice.Required();
            default -> throw choice.unknown("auto, none, required or an object with a name");
        };
    }

    private void settings() throws InvalidBody {
        OptionalLong most = body.optionalInteger("maxTokens");
        if (most.isPresent()) {
            if (most.getAsLong() < 1) {
                throw InvalidBody.param("maxTokens", most.getAsLong() + " (expected: 1 or more)");
            }
            request.maxOutputTokens(most.getAsLong());
        }
        request.sampling(
                new Sampling(
                        within("temperature", 0, 2),
                        within("topP", 0, 1),
                        body.optionalInteger("topK"),
                        body.optionalInteger("seed"),
                        OptionalDouble.empty(),
                        OptionalDouble.empty()));
        Optional<Field> stop = body.get("stop");
        if (stop.isPresent()) {
            request.stop(texts(stop.get()));
        }
        Optional<Field> format = body.get("format");
        if (format.isPresent()) {
            request.format(format(format.get()));
        }
        Optional<Field> reasoning = body.get("reasoning");
        if (reasoning.isPresent()) {
            request.reasoning(
                    new ReasoningWish(
                            Optional.of(effort(reasoning.get())),
                            OptionalLong.empty(),
                            Optional.of(true)));
        }
        body.optionalString("user").ifPresent(request::user);
    }

    private OptionalDouble within(String name, double least, double most) throws InvalidBody {
        OptionalDouble number = body.optionalNumber(name);
        if (number.isPresent()
                && !(number.getAsDouble() >= least && number.getAsDouble() <= most)) {
            throw InvalidBody.param(
                    name, number.getAsDouble() + " (expected: from " + least + " to " + most + ")");
        }
        return number;
    }

    private static List<String> texts(Field field) throws InvalidBody {
        if (field.isString()) {
            return List.of(field.string());
        }
        var texts = new ArrayList<String>();
        for (Field item : field.items()) {
            texts.add(item.string());
        }
        return texts;
    }

    private static AnswerFormat format(Field format) throws InvalidBody {
        if (!format.isString()) {
            Field schema = format.object().need("schema", "a JSON Schema").object();
            return new AnswerFormat.JsonSchema(
                    format.optionalString("name").orElse(""),
                    "",
                    schema.node(),
                    format.optionalBool("strict"));
        }
        return switch (format.string()) {
            case "text" -> new AnswerFormat.Text();
            case "json" -> new AnswerFormat.JsonObject();
            default -> throw format.unknown("text, json or an object with a schema");
        };
    }

    private static Effort effort(Field effort) throws InvalidBody {
        String word = effort.string();
        for (Effort known : Effort.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(word)) {
                return known;
            }
        }
        throw effort.unknown("none, minimal, low, medium, high, xhigh or max");
    }
}
