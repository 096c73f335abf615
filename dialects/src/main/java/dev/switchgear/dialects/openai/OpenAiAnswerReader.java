package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.Charge;
import dev.switchgear.dialects.CustomInput;
import dev.switchgear.dialects.json.Halves;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Reads one answer of a provider. For one thread, once.
///
/// Chunks that only carry text, nearly all of a stream, are taken by [OpenAiPlainChunk] without a tree;
/// everything else is read here. The finish is told last, because usage may follow it on the wire;
/// calls end together with the answer, because their pieces may interleave.
final class OpenAiAnswerReader implements AnswerReader {
    /// Vendors' fields for reasoning, which repeat each other where there are several.
    /// As the provider said last.
    private Optional<Service> service = Optional.empty();

    private static final List<String> REASONING_TEXTS =
            List.of("reasoning_content", "reasoning", "thinking");

    /// Content that has no place in events.
    private static final List<String> OMITTED = List.of("annotations", "citations");

    /// What some servers put beside the choices.
    private static final List<String> OMITTED_BESIDE = List.of("citations", "search_results");

    private static final int CALLS_MAX = 4_096;
    private static final int UNSEALED_CHARS_MAX = 8 * 1024 * 1024;

    private final ModelTarget target;
    private final OpenAiFlavour flavour;
    private final OpenAiPlainChunk plain = new OpenAiPlainChunk();
    private final Halves texts = new Halves();
    private final Halves thoughts = new Halves();
    private final Halves refusals = new Halves();
    private final List<OpenCall> calls = new ArrayList<>();
    private final StringBuilder unsealed = new StringBuilder();
    private final Set<String> omitted = new HashSet<>();

    private boolean started;

    /// Whether anything was told that is an answer.
    private boolean said;

    private boolean ended;
    private boolean broken;
    private String id = "";
    private String finish = "";
    private String stopText = "";

    OpenAiAnswerReader(ModelTarget target, OpenAiFlavour flavour) {
        this.target = target;
        this.flavour = flavour;
    }

    /// A call whose pieces are arriving.
    private static final class OpenCall {
        private final long wireIndex;
        private final int index;
        private final Halves halves = new Halves();
        private String id = "";
        private String name = "";
        private Optional<Signature> signature = Optional.empty();
        private boolean told;

        /// Of a text that is not JSON; empty for arguments.
        private Optional<Halves> input = Optional.empty();

        private final StringBuilder early = new StringBuilder();

        OpenCall(long wireIndex, int index) {
            this.wireIndex = wireIndex;
            this.index = index;
        }
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public void whole(byte[] body, Consumer<ChatEvent> out) throws MalformedAnswer {
        JsonNode answer = Json.answer(body);
        take(answer, "message", out);
        if (ended) {
            return;
        }
        if (finish.isEmpty()) {
            if (!answer.path("choices").isArray()) {
                throw new MalformedAnswer("no choices in the answer");
            }
            if (!said && calls.isEmpty()) {
                throw new MalformedAnswer("no finish_reason in the answer");
            }
            // The body is whole and holds an answer: what ended it makes no difference.
            finish = "stop";
        }
        finish(out);
    }

    @Override
    public void event(byte[] data, int from, int to, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        if (ended) {
            return;
        }
        if (isDone(data, from, to)) {
            if (finish.isEmpty()) {
                breakOff(502, "", "the stream was ended without a finish_reason", out);
            } else {
                finish(out);
            }
            return;
        }
        if (started && finish.isEmpty() && plain.read(data, from, to)) {
            takePlain(out);
            return;
        }
        take(Json.answer(data, from, to), "delta", out);
    }

    private static boolean isDone(byte[] data, int from, int to) {
        return to - from >= 6
                && data[from] == '['
                && data[from + 1] == 'D'
                && data[from + 2] == 'O'
                && data[from + 3] == 'N'
                && data[from + 4] == 'E'
                && data[from + 5] == ']';
    }

    @Override
    public Optional<Service> service() {
        return service;
    }

    @Override
    public boolean stopped() {
        return !finish.isEmpty();
    }

    @Override
    public boolean bodyEnded(Consumer<ChatEvent> out) {
        if (ended) {
            return !broken;
        }
        if (finish.isEmpty() || flavour.doneRequired()) {
            return false;
        }
        finish(out);
        return !broken;
    }

    private void takePlain(Consumer<ChatEvent> out) throws MalformedAnswer {
        if (!plain.reasoning().isEmpty()) {
            thinking(plain.reasoning(), out);
        }
        if (!plain.content().isEmpty()) {
            text(plain.content(), out);
        }
        if (plain.call() >= 0) {
            piece(call(plain.call(), "", ""), plain.arguments(), out);
        }
    }

    private void take(JsonNode answer, String messageField, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        JsonNode choices = answer.path("choices");
        String answerId = answer.path("id").asString("");
        String model = answer.path("model").asString("");
        if (!started && (!answerId.isEmpty() || !model.isEmpty() || !choices.isEmpty())) {
            started = true;
            id = answerId;
            out.accept(new ChatEvent.Start(answerId, model));
        }
        JsonNode choice = MissingNode.getInstance();
        for (JsonNode one : choices) {
            if (!one.isObject()) {
                continue;
            }
            if (one.path("index").asInt(0) == 0) {
                choice = choice.isMissingNode() ? one : choice;
            } else {
                omit("choices[1]", out);
            }
        }
        omit(answer, OMITTED_BESIDE, out);
        JsonNode error = answer.path("error");
        if (!choice.isMissingNode()) {
            // Some servers have one word for both.
            JsonNode message = choice.path(messageField);
            message(
                    message.isObject()
                            ? message
                            : choice.path(messageField.equals("delta") ? "message" : "delta"),
                    out);
            finished(choice);
            if (choice.path("logprobs").isObject()) {
                omit("logprobs", out);
            }
        }
        service = Service.told(answer.path("service_tier").asString("")).or(() -> service);
        JsonNode usage = answer.path("usage");
        if (usage.isObject()) {
            OpenAiUsage counts = OpenAiUsage.read(usage);
            TokenUsage tokens = counts.usage(flavour.counting());
            if (tokens.known()) {
                start(out);
                out.accept(new ChatEvent.Usage(tokens, Charge.read(usage)));
            }
        }
        if (present(error)) {
            error(error, answer, out);
        } else if (choice.path("error").isObject()) {
            error(choice.path("error"), choice, out);
        } else if (answer.path("object").asString("").equals("error")) {
            error(answer, answer, out);
        }
    }

    private static boolean present(JsonNode error) {
        return error.isObject() || (error.isString() && !error.stringValue().isEmpty());
    }

    private void start(Consumer<ChatEvent> out) {
        if (!started) {
            started = true;
            out.accept(new ChatEvent.Start("", ""));
        }
    }

    private void finished(JsonNode choice) {
        String reason = choice.path("finish_reason").asString("");
        // OpenRouter repeats it; the first holds.
        if (finish.isEmpty()) {
            finish = reason;
            JsonNode stop = choice.path("stop_reason");
            stopText = stop.isString() ? stop.stringValue() : "";
        }
    }

    private void message(JsonNode message, Consumer<ChatEvent> out) throws MalformedAnswer {
        reasoning(message, out);
        content(message.path("content"), out);
        String refusal = string(message, "refusal");
        if (!refusal.isEmpty()) {
            flush(thoughts, ChatEvent.Thinking::new, out);
            String whole = refusals.join(refusal);
            said = true;
            if (!whole.isEmpty()) {
                out.accept(new ChatEvent.Refusal(whole));
            }
        }
        omit(message, OMITTED, out);
        for (JsonNode image : message.path("images")) {
            image(image, out);
        }
        audio(message.path("audio"), out);
        Optional<Signature> loose = google(message);
        JsonNode toolCalls = message.path("tool_calls");
        for (JsonNode call : toolCalls.isObject() ? List.of(toolCalls) : toolCalls.values()) {
            if (!call.isNull()) {
                toolCall(call, loose, out);
                loose = Optional.empty();
            }
        }
        JsonNode legacy = message.path("function_call");
        if (legacy.isObject()) {
            piece(call(-1, "", string(legacy, "name")), legacy, Optional.empty(), out);
        }
        // A signature beside no call seals the text.
        loose.ifPresent(signature -> out.accept(new ChatEvent.Signed(signature)));
    }

    private void omit(JsonNode holder, List<String> fields, Consumer<ChatEvent> out) {
        for (String field : fields) {
            JsonNode found = holder.path(field);
            if (found.isContainer() && !found.isEmpty()) {
                omit(field, out);
            }
        }
    }

    /// An image that the model made, as OpenRouter tells it, and as requests hold them.
    private void image(JsonNode image, Consumer<ChatEvent> out) {
        JsonNode holder = image.path("image_url");
        String url = holder.isString() ? holder.stringValue() : string(holder, "url");
        Optional<Media> media =
                url.startsWith("http") ? Optional.of(new Media.Url(url, "")) : inline(url);
        if (media.isPresent()) {
            flush(texts, ChatEvent.Text::new, out);
            out.accept(new ChatEvent.Made(media.get()));
        } else {
            omit("images", out);
        }
    }

    private static Optional<Media> inline(String url) {
        int comma = url.indexOf(',');
        if (!url.startsWith("data:") || comma < 0 || !url.startsWith(";base64", comma - 7)) {
            return Optional.empty();
        }
        String type = url.substring(5, comma - 7);
        int parameters = type.indexOf(';');
        return Optional.of(
                new Media.Inline(
                        (parameters < 0 ? type : type.substring(0, parameters))
                                .toLowerCase(Locale.ROOT),
                        url.substring(comma + 1)));
    }

    /// Spoken words: their text is the answer's, their sound goes along. A stream's is raw samples, a
    /// plain answer's is as it was asked for, most often WAV.
    private void audio(JsonNode audio, Consumer<ChatEvent> out) {
        String transcript = string(audio, "transcript");
        if (!transcript.isEmpty()) {
            text(transcript, out);
        }
        String data = string(audio, "data");
        if (!data.isEmpty()) {
            flush(texts, ChatEvent.Text::new, out);
            String type = audio.has("expires_at") && audio.has("transcript") ? "wav" : "pcm";
            out.accept(new ChatEvent.Made(new Media.Inline("audio/" + type, data)));
        }
    }

    private void omit(String what, Consumer<ChatEvent> out) {
        said = true;
        if (omitted.add(what)) {
            out.accept(new ChatEvent.Omitted(what));
        }
    }

    private static String string(JsonNode object, String field) {
        JsonNode found = object.path(field);
        return found.isString() ? found.stringValue() : "";
    }

    /// The signature that Google's layer puts on a message or a call.
    private Optional<Signature> google(JsonNode holder) {
        JsonNode found = holder.path("extra_content").path("google").path("thought_signature");
        if (!found.isString() || found.stringValue().isEmpty()) {
            return Optional.empty();
        }
        Signature signature = Signature.readFrom(Dialect.GEMINI, found.stringValue());
        return Optional.of(
                signature.model().isEmpty()
                        ? new Signature(signature.value(), signature.signer(), target.model())
                        : signature);
    }

    private void reasoning(JsonNode message, Consumer<ChatEvent> out) {
        boolean told = false;
        JsonNode details = message.path("reasoning_details");
        if (details.isArray() && !details.isEmpty()) {
            for (Part part : ReasoningDetails.read(details, this::ours)) {
                switch (part) {
                    case Part.Thinking(String text, Optional<Signature> signature) -> {
                        if (!text.isEmpty()) {
                            told = true;
                            // We ourselves repeat the whole text beside its signature.
                            if (signature.isEmpty() || !unsealed.toString().equals(text)) {
                                thinking(text, out);
                            }
                        } else if (!told && signature.isPresent()) {
                            told = plainReasoning(message, out);
                        }
                        if (signature.isPresent()) {
                            flush(thoughts, ChatEvent.Thinking::new, out);
                            unsealed.setLength(0);
                            out.accept(new ChatEvent.Signed(signature.get()));
                        }
                    }
                    case Part.HiddenThinking(Signature signature) -> {
                        told = told || plainReasoning(message, out);
                        flush(thoughts, ChatEvent.Thinking::new, out);
                        out.accept(new ChatEvent.HiddenThinking(signature));
                    }
                    default -> throw new IllegalStateException("no reasoning: " + part);
                }
            }
        }
        if (!told) {
            plainReasoning(message, out);
        }
    }

    private Signature ours(Signature signature) {
        return signature.signer() == Dialect.OPENAI
                ? new Signature(signature.value(), Dialect.OPENAI, target.model())
                : signature;
    }

    private boolean plainReasoning(JsonNode message, Consumer<ChatEvent> out) {
        for (String field : REASONING_TEXTS) {
            String text = string(message, field);
            if (!text.isEmpty()) {
                thinking(text, out);
                return true;
            }
        }
        return false;
    }

    private void thinking(String text, Consumer<ChatEvent> out) {
        String whole = thoughts.join(text);
        if (unsealed.length() + whole.length() <= UNSEALED_CHARS_MAX) {
            unsealed.append(whole);
        }
        if (!whole.isEmpty()) {
            out.accept(new ChatEvent.Thinking(whole));
        }
    }

    private void text(String text, Consumer<ChatEvent> out) {
        flush(thoughts, ChatEvent.Thinking::new, out);
        String whole = texts.join(text);
        said = true;
        if (!whole.isEmpty()) {
            out.accept(new ChatEvent.Text(whole));
        }
    }

    private interface Told {
        ChatEvent of(String text);
    }

    private static void flush(Halves halves, Told told, Consumer<ChatEvent> out) {
        String rest = halves.end();
        if (!rest.isEmpty()) {
            out.accept(told.of(rest));
        }
    }

    /// A string; from some servers a list of parts, as in requests.
    private void content(JsonNode content, Consumer<ChatEvent> out) throws MalformedAnswer {
        if (content.isString()) {
            if (!content.stringValue().isEmpty()) {
                text(content.stringValue(), out);
            }
        } else if (content.isArray()) {
            for (JsonNode part : content) {
                part(part, out);
            }
        } else if (content.isObject()) {
            part(content, out);
        } else if (!content.isNull() && !content.isMissingNode()) {
            throw new MalformedAnswer("content is neither a text nor a list");
        }
    }

    private void part(JsonNode part, Consumer<ChatEvent> out) {
        String type = part.path("type").asString("");
        switch (type) {
            case "thinking" -> {
                for (JsonNode thought : part.path("thinking")) {
                    thinking(string(thought, "text"), out);
                }
            }
            case "image_url" -> image(part, out);
            // Some servers leave out what it is, or have the word of Responses.
            case "text", "output_text", "" -> {
                String text = part.isString() ? part.stringValue() : string(part, "text");
                if (!text.isEmpty()) {
                    text(text, out);
                } else if (type.isEmpty() && part.isContainer() && !part.isEmpty()) {
                    omit("content", out);
                }
            }
            default -> omit(type, out);
        }
    }

    private void toolCall(JsonNode element, Optional<Signature> loose, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        if (!element.isObject()) {
            throw new MalformedAnswer("a tool call that is no object");
        }
        if (string(element, "type").equals("custom") || element.path("custom").isObject()) {
            customCall(element, loose, out);
            return;
        }
        JsonNode function =
                element.path("function").isObject() ? element.path("function") : element;
        long wireIndex = Json.count(element.path("index"));
        OpenCall call = call(wireIndex, string(element, "id"), string(function, "name"));
        Optional<Signature> signature = google(element);
        piece(call, function, signature.isPresent() ? signature : loose, out);
    }

    /// A call of a tool that takes a text, told as the call of the function that stands for it.
    private void customCall(JsonNode element, Optional<Signature> loose, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        JsonNode custom = element.path("custom");
        long wireIndex = Json.count(element.path("index"));
        OpenCall call = call(wireIndex, string(element, "id"), string(custom, "name"));
        Optional<Signature> signature = google(element);
        Optional<Signature> seal = signature.isPresent() ? signature : loose;
        call.signature = call.signature.isPresent() ? call.signature : seal;
        if (call.name.isEmpty()) {
            call.name = string(custom, "name");
        }
        String begun = call.input.isEmpty() ? CustomInput.begun() : "";
        Halves input = call.input.orElseGet(Halves::new);
        call.input = Optional.of(input);
        piece(call, begun + CustomInput.piece(input.join(string(custom, "input"))), out);
    }

    /// The call that a piece belongs to. A new id is a new call, whatever its index says; without
    /// ids the index tells, and without both a name.
    private OpenCall call(long wireIndex, String id, String name) throws MalformedAnswer {
        if (!id.isEmpty()) {
            for (int i = calls.size() - 1; i >= 0; i--) {
                OpenCall call = calls.get(i);
                boolean place = wireIndex < 0 || call.wireIndex < 0 || call.wireIndex == wireIndex;
                if (place && call.id.equals(id)) {
                    return call;
                }
            }
            for (OpenCall call : calls) {
                if (call.id.isEmpty() && call.wireIndex == wireIndex && name.isEmpty()) {
                    call.id = id;
                    return call;
                }
            }
            OpenCall call = open(wireIndex);
            call.id = id;
            return call;
        }
        if (wireIndex >= 0) {
            for (int i = calls.size() - 1; i >= 0; i--) {
                if (calls.get(i).wireIndex == wireIndex) {
                    return calls.get(i);
                }
            }
            return open(wireIndex);
        }
        return name.isEmpty() && !calls.isEmpty() ? calls.getLast() : open(wireIndex);
    }

    private OpenCall open(long wireIndex) throws MalformedAnswer {
        if (calls.size() == CALLS_MAX) {
            throw new MalformedAnswer("more than " + CALLS_MAX + " tool calls");
        }
        var call = new OpenCall(wireIndex, calls.size());
        calls.add(call);
        return call;
    }

    private void piece(
            OpenCall call,
            JsonNode function,
            Optional<Signature> signature,
            Consumer<ChatEvent> out) {
        call.signature = call.signature.isPresent() ? call.signature : signature;
        String name = string(function, "name");
        if (call.name.isEmpty()) {
            call.name = name;
        }
        JsonNode arguments = function.path("arguments");
        String text =
                arguments.isObject()
                        ? Json.text(arguments)
                        : arguments.isString() ? arguments.stringValue() : "";
        piece(call, text, out);
    }

    private void piece(OpenCall call, String text, Consumer<ChatEvent> out) {
        String whole = call.halves.join(text);
        if (!call.told) {
            call.early.append(whole);
        }
        if (call.told) {
            if (!whole.isEmpty()) {
                out.accept(new ChatEvent.ToolArgs(call.index, whole));
            }
        } else if (!call.name.isEmpty() && (!call.id.isEmpty() || !call.early.isEmpty())) {
            tell(call, out);
        }
    }

    private void tell(OpenCall call, Consumer<ChatEvent> out) {
        flush(thoughts, ChatEvent.Thinking::new, out);
        flush(texts, ChatEvent.Text::new, out);
        call.told = true;
        if (call.id.isEmpty()) {
            call.id = invented(call.index);
        }
        out.accept(new ChatEvent.ToolStart(call.index, call.id, call.name, call.signature));
        if (!call.early.isEmpty()) {
            out.accept(new ChatEvent.ToolArgs(call.index, call.early.toString()));
            call.early.setLength(0);
        }
    }

    /// The answer's id keeps calls of several answers in one history apart.
    private String invented(int index) {
        String own = id.replaceAll("[^A-Za-z0-9_-]", "");
        return "call_" + (own.isEmpty() ? "" : own + "_") + index;
    }

    private void finish(Consumer<ChatEvent> out) {
        start(out);
        flush(thoughts, ChatEvent.Thinking::new, out);
        flush(texts, ChatEvent.Text::new, out);
        flush(refusals, ChatEvent.Refusal::new, out);
        if (failed()) {
            ended = true;
            broken = true;
            out.accept(ChatEvent.Broken.byModel(finish, ""));
            return;
        }
        for (OpenCall call : calls) {
            if (call.name.isEmpty()) {
                breakOff(502, "", "the provider sent a tool call without a name", out);
                return;
            }
            if (!call.told) {
                tell(call, out);
            }
            String rest =
                    call.halves.end()
                            + call.input
                                    .map(input ->
                                            CustomInput.piece(input.end()) + CustomInput.ended())
                                    .orElse("");
            if (!rest.isEmpty()) {
                out.accept(new ChatEvent.ToolArgs(call.index, rest));
            }
        }
        for (OpenCall call : calls) {
            out.accept(new ChatEvent.ToolEnd(call.index));
        }
        ended = true;
        out.accept(new ChatEvent.Finish(reason(), stopText));
    }

    /// Whether the model failed: OpenRouter's, vLLM's and DeepSeek's reasons say so, and one that nobody
    /// knows does where nothing came before it.
    private boolean failed() {
        return switch (finish) {
            case "error", "abort", "insufficient_system_resource" -> true;
            case "stop",
                    "length",
                    "max_tokens",
                    "model_length",
                    "content_filter",
                    "refusal",
                    "tool_calls",
                    "function_call",
                    "tool_use",
                    "end_turn",
                    "stop_sequence",
                    "eos",
                    "eos_token",
                    "complete",
                    "completed" ->
                    false;
            default -> !said && calls.isEmpty();
        };
    }

    /// Whether there are calls is seen from the calls: OpenAI says `stop` where one was forced, and
    /// some servers say `tool_calls` with an empty list.
    private FinishReason reason() {
        return switch (finish) {
            case "length", "max_tokens", "model_length" -> FinishReason.LENGTH;
            case "content_filter", "refusal" -> FinishReason.CONTENT_FILTER;
            default -> calls.isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS;
        };
    }

    private void error(JsonNode error, JsonNode holder, Consumer<ChatEvent> out) {
        String message =
                error.isString() ? error.stringValue() : error.path("message").asString("");
        JsonNode code = error.path("code");
        String type = error.path("type").asString("");
        String word = code.isString() ? code.stringValue() : "";
        if (word.isEmpty()) {
            word = error.path("metadata").path("error_type").asString("");
        }
        if (word.isEmpty() && error.isString()) {
            word = holder.path("code").asString("");
        }
        int status =
                code.isInt() && code.intValue() >= 400 && code.intValue() <= 599
                        ? code.intValue()
                        : status((word + " " + type).toLowerCase(Locale.ROOT));
        breakOff(
                status,
                word.isEmpty() ? type : word,
                message.isEmpty() ? "the provider reported an error" : message,
                out);
    }

    private static int status(String words) {
        if (words.contains("rate_limit") || words.contains("insufficient_quota")) {
            return 429;
        }
        if (words.contains("overloaded") || words.contains("unavailable")) {
            return 503;
        }
        if (words.contains("invalid") || words.contains("context_length")) {
            return 400;
        }
        return 500;
    }

    private void breakOff(int status, String code, String message, Consumer<ChatEvent> out) {
        start(out);
        ended = true;
        broken = true;
        out.accept(new ChatEvent.Broken(status, code, message));
    }
}
