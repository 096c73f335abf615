package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.Charge;
import dev.switchgear.dialects.CustomInput;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.json.BoundedJson;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ClientTool;
import dev.switchgear.families.llm.chat.ClientTool.Form;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.tokens.TokenTally;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/// Reads an answer. A stream says everything up to three times: in deltas, in what ends a part or an
/// item, and in the whole at its end; and some servers leave out one or two of these. Each is read
/// where it comes first.
final class ResponsesAnswerReader implements AnswerReader {
    /// As the provider said last.
    private Optional<Service> service = Optional.empty();

    private static final JsonFactory FACTORY = BoundedJson.factory();
    private static final int ITEMS_MAX = 10_000;

    private final String model;
    private final List<ResponsesItemRead> items = new ArrayList<>();
    private final Map<Integer, ResponsesItemRead> byIndex = new HashMap<>();
    private final Map<String, ResponsesItemRead> byId = new HashMap<>();
    private final Set<String> omitted = new HashSet<>();
    private final TokenTally tally = new TokenTally();

    private boolean begun;
    private boolean ended;
    private int tools;

    /// The fields of the event at hand.
    private String type = "";

    private @Nullable String delta;
    private String itemId = "";
    private int outputIndex;
    private int part;

    /// @param model that was asked, whose the signatures are
    ResponsesAnswerReader(String model) {
        this.model = model;
    }

    @Override
    public void whole(byte[] body, Consumer<ChatEvent> out) throws MalformedAnswer {
        JsonNode response = Json.answer(body);
        JsonNode error = response.path("error");
        String status = response.path("status").asString("completed");
        boolean failed = !error.isMissingNode() && !error.isNull();
        if (!failed && !failure(status) && !response.path("output").isArray()) {
            throw new MalformedAnswer("no output in the answer");
        }
        begin(response, out);
        if (failed || failure(status)) {
            failed(response, out);
            return;
        }
        switch (status) {
            case "completed", "incomplete" -> terminal(response, out);
            case "queued", "in_progress" ->
                    throw new MalformedAnswer(
                            "status " + response.path("status") + " (expected: completed)");
            // A word that nobody knows ends a whole answer all the same; without one it says why.
            default -> {
                if (response.path("output").isEmpty()) {
                    usage(response, out);
                    ended = true;
                    out.accept(ChatEvent.Broken.byModel(status, ""));
                } else {
                    terminal(response, out);
                }
            }
        }
    }

    private static boolean failure(String status) {
        return status.equals("failed") || status.equals("cancelled");
    }

    /// A response that failed. Its error's code says whether that is the request's or the provider's
    /// matter; without one, or with one that nobody knows, the model failed.
    private void failed(JsonNode response, Consumer<ChatEvent> out) {
        usage(response, out);
        JsonNode error = response.path("error");
        String code = error.path("code").asString("");
        String kind = error.path("type").asString("");
        if (error.isString() || known(code) || known(kind) || error.path("code").isNumber()) {
            broken(error, out);
            return;
        }
        ended = true;
        String status = response.path("status").asString("");
        String reason = code.isEmpty() ? kind : code;
        out.accept(
                ChatEvent.Broken.byModel(
                        !reason.isEmpty() ? reason : status.isEmpty() ? "failed" : status,
                        error.path("message").asString("")));
    }

    @Override
    public void event(byte[] data, int from, int to, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        if (ended || copiedEnd(data, from, to)) {
            return;
        }
        scan(data, from, to);
        switch (type) {
            case "response.output_text.delta" -> {
                ResponsesItemRead item = item("message");
                item.contentPart = Math.max(part, item.contentPart);
                text(item, delta(), out);
            }
            case "response.refusal.delta" -> {
                ResponsesItemRead item = item("message");
                item.contentPart = Math.max(part, item.contentPart);
                refusal(item, delta(), out);
            }
            case "response.reasoning_summary_text.delta" -> {
                ResponsesItemRead item = item("reasoning");
                parting(item, part > item.summaryPart, out);
                item.summaryPart = Math.max(part, item.summaryPart);
                thinking(item, delta(), out);
            }
            case "response.reasoning_text.delta" -> {
                ResponsesItemRead item = item("reasoning");
                parting(item, part > item.openPart, out);
                item.openPart = Math.max(part, item.openPart);
                thinking(item, delta(), out);
            }
            case "response.function_call_arguments.delta" ->
                    arguments(item("function_call"), delta(), out);
            case "response.custom_tool_call_input.delta" ->
                    input(item("custom_tool_call"), delta(), out);
            case "response.output_item.added" -> added(Json.answer(data, from, to), out);
            case "response.output_text.done",
                    "response.refusal.done",
                    "response.reasoning_summary_text.done",
                    "response.reasoning_text.done",
                    "response.function_call_arguments.done",
                    "response.custom_tool_call_input.done" ->
                    done(Json.answer(data, from, to), out);
            case "response.output_item.done" -> {
                JsonNode words = Json.answer(data, from, to).path("item");
                closed(item(words), words, out);
            }
            case "response.created", "response.in_progress", "response.queued" ->
                    begin(Json.answer(data, from, to).path("response"), out);
            case "response.completed", "response.incomplete" -> {
                JsonNode response = Json.answer(data, from, to).path("response");
                begin(response, out);
                terminal(response, out);
            }
            case "response.failed", "response.cancelled" -> {
                JsonNode response = Json.answer(data, from, to).path("response");
                begin(response, out);
                failed(response, out);
            }
            case "error" -> failed(data, from, to, out);
            case "" -> {
                // No event of the dialect: proxies put bare errors into streams.
                if (Json.answer(data, from, to).has("error")) {
                    failed(data, from, to, out);
                }
            }
            default -> {}
        }
    }

    /// `[DONE]`, which ends streams of chat, comes from servers that learned Responses later.
    private static boolean copiedEnd(byte[] data, int from, int to) {
        return to - from == 6 && data[from] == '[' && data[from + 1] == 'D';
    }

    private void scan(byte[] data, int from, int to) throws MalformedAnswer {
        type = "";
        delta = null;
        itemId = "";
        outputIndex = -1;
        part = 0;
        try (JsonParser parser =
                FACTORY.createParser(ObjectReadContext.empty(), data, from, to - from)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedAnswer("an event that is no object");
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "type" -> type = value == JsonToken.VALUE_STRING ? parser.getString() : "";
                    case "delta" ->
                            delta = value == JsonToken.VALUE_STRING ? parser.getString() : null;
                    case "item_id" ->
                            itemId = value == JsonToken.VALUE_STRING ? parser.getString() : "";
                    case "output_index" -> outputIndex = index(parser, value, -1);
                    case "content_index", "summary_index" -> part = index(parser, value, 0);
                    default -> {}
                }
                parser.skipChildren();
            }
        } catch (JacksonException notJson) {
            throw Json.malformed(data, from, to);
        }
    }

    private static int index(JsonParser parser, JsonToken value, int otherwise) {
        if (value != JsonToken.VALUE_NUMBER_INT) {
            return otherwise;
        }
        long index = parser.getLongValue();
        return index >= 0 && index <= ITEMS_MAX ? (int) index : otherwise;
    }

    private String delta() {
        return delta == null ? "" : delta;
    }

    /// The item that the event at hand is about.
    private ResponsesItemRead item(String kind) throws MalformedAnswer {
        ResponsesItemRead known = outputIndex >= 0 ? byIndex.get(outputIndex) : null;
        if (known == null && !itemId.isEmpty()) {
            known = byId.get(itemId);
        }
        if (known == null && outputIndex < 0 && itemId.isEmpty()) {
            known = lastOpen(kind);
        }
        return known == null ? opened(kind) : known;
    }

    private @Nullable ResponsesItemRead lastOpen(String kind) {
        for (int i = items.size() - 1; i >= 0; i--) {
            ResponsesItemRead item = items.get(i);
            if (item.type.equals(kind) && !item.closed) {
                return item;
            }
        }
        return null;
    }

    private ResponsesItemRead item(JsonNode words) throws MalformedAnswer {
        if (itemId.isEmpty()) {
            itemId = words.path("id").asString("");
        }
        return item(kind(words));
    }

    private ResponsesItemRead opened(String kind) throws MalformedAnswer {
        if (items.size() >= ITEMS_MAX) {
            throw new MalformedAnswer("more than " + ITEMS_MAX + " output items");
        }
        var item = new ResponsesItemRead(kind);
        items.add(item);
        if (outputIndex >= 0) {
            byIndex.put(outputIndex, item);
        }
        if (!itemId.isEmpty()) {
            byId.put(itemId, item);
        }
        return item;
    }

    private void begin(JsonNode response, Consumer<ChatEvent> out) {
        if (!begun) {
            begun = true;
            out.accept(
                    new ChatEvent.Start(
                            response.path("id").asString(""), response.path("model").asString("")));
        }
    }

    private void begin(Consumer<ChatEvent> out) {
        if (!begun) {
            begun = true;
            out.accept(new ChatEvent.Start("", ""));
        }
    }

    private void text(ResponsesItemRead item, String piece, Consumer<ChatEvent> out) {
        String whole = item.halves.join(piece);
        if (!whole.isEmpty()) {
            begin(out);
            out.accept(new ChatEvent.Text(whole));
        }
    }

    private void refusal(ResponsesItemRead item, String piece, Consumer<ChatEvent> out) {
        String whole = item.halves.join(piece);
        if (!whole.isEmpty()) {
            begin(out);
            out.accept(new ChatEvent.Refusal(whole));
        }
    }

    private void thinking(ResponsesItemRead item, String piece, Consumer<ChatEvent> out) {
        String whole = item.halves.join(piece);
        if (!whole.isEmpty()) {
            begin(out);
            out.accept(new ChatEvent.Thinking(whole));
        }
    }

    /// Parts of one item's reasoning are paragraphs.
    private void parting(ResponsesItemRead item, boolean another, Consumer<ChatEvent> out) {
        if (another && (item.summaryPart >= 0 || item.openPart >= 0)) {
            thinking(item, "\n\n", out);
        }
    }

    private void arguments(ResponsesItemRead item, String piece, Consumer<ChatEvent> out) {
        if (!item.started) {
            // Nobody knows whose they are; the whole item repeats them.
            return;
        }
        item.arguments |= !piece.isEmpty();
        String whole = item.halves.join(piece);
        if (!whole.isEmpty()) {
            out.accept(new ChatEvent.ToolArgs(item.toolIndex, whole));
        }
    }

    private void added(JsonNode event, Consumer<ChatEvent> out) throws MalformedAnswer {
        JsonNode words = event.path("item");
        ResponsesItemRead item = item(words);
        switch (kind(words)) {
            case "function_call" -> {
                begun(item, words, out);
                String early = json(words.path("arguments"));
                if (!early.isEmpty() && !early.equals("{}")) {
                    arguments(item, early, out);
                }
            }
            case "custom_tool_call" -> {
                begunInput(item, words, out);
                String early = words.path("input").asString("");
                if (!early.isEmpty()) {
                    input(item, early, out);
                }
            }
            default -> {
                if (form(words).isPresent()) {
                    begun(item, words, out);
                }
            }
        }
    }

    /// What a call is that every client knows by its type, and runs; empty for what the provider ran.
    private static Optional<Form> form(JsonNode words) {
        return switch (kind(words)) {
            case "local_shell_call" -> Optional.of(Form.LOCAL_SHELL);
            case "apply_patch_call" -> Optional.of(Form.APPLY_PATCH);
            case "shell_call" ->
                    Optional.of(Form.SHELL)
                            .filter(_ ->
                                    words.path("environment")
                                            .path("type")
                                            .asString("local")
                                            .equals("local"));
            case "tool_search_call" ->
                    Optional.of(Form.TOOL_SEARCH)
                            .filter(_ -> words.path("execution").asString("").equals("client"));
            default -> Optional.empty();
        };
    }

    private void begunInput(ResponsesItemRead item, JsonNode words, Consumer<ChatEvent> out) {
        if (!item.started) {
            begun(item, words, out);
            item.input = true;
            out.accept(new ChatEvent.ToolArgs(item.toolIndex, CustomInput.begun()));
        }
    }

    private void input(ResponsesItemRead item, String piece, Consumer<ChatEvent> out) {
        if (!item.started) {
            // Nobody knows whose it is; the whole item repeats it.
            return;
        }
        item.arguments |= !piece.isEmpty();
        String whole = item.halves.join(piece);
        if (!whole.isEmpty()) {
            out.accept(new ChatEvent.ToolArgs(item.toolIndex, CustomInput.piece(whole)));
        }
    }

    private void begun(ResponsesItemRead item, JsonNode words, Consumer<ChatEvent> out) {
        if (item.started) {
            return;
        }
        begin(out);
        item.started = true;
        item.toolIndex = tools++;
        String id = words.path("call_id").asString("");
        String own = words.path("id").asString("");
        String invented = own.isEmpty() ? "call_" + item.toolIndex : own;
        out.accept(
                new ChatEvent.ToolStart(
                        item.toolIndex,
                        id.isEmpty() ? invented : id,
                        name(words),
                        Optional.empty()));
    }

    /// What the function is called that stands for the tool.
    private static String name(JsonNode words) {
        Optional<Form> form = form(words);
        if (form.isPresent()) {
            return ResponsesClientForms.name(form.get());
        }
        String space = words.path("namespace").asString("");
        return ClientTool.functionName(
                space.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new ClientTool.Namespace(space, "")),
                words.path("name").asString(""));
    }

    /// What ends a part; all there is of it on servers that send no deltas.
    private void done(JsonNode event, Consumer<ChatEvent> out) throws MalformedAnswer {
        switch (type) {
            case "response.output_text.done" ->
                    textPart(item("message"), part, event.path("text").asString(""), out);
            case "response.refusal.done" ->
                    refusalPart(item("message"), part, event.path("refusal").asString(""), out);
            case "response.reasoning_summary_text.done" ->
                    summaryPart(item("reasoning"), part, event.path("text").asString(""), out);
            case "response.reasoning_text.done" ->
                    openPart(item("reasoning"), part, event.path("text").asString(""), out);
            case "response.custom_tool_call_input.done" -> {
                ResponsesItemRead item = item("custom_tool_call");
                if (!item.arguments) {
                    input(item, event.path("input").asString(""), out);
                }
            }
            default -> {
                ResponsesItemRead item = item("function_call");
                if (!item.arguments && item.started) {
                    arguments(item, json(event.path("arguments")), out);
                }
            }
        }
    }

    private void textPart(ResponsesItemRead item, int index, String text, Consumer<ChatEvent> out) {
        if (index > item.contentPart) {
            item.contentPart = index;
            text(item, text, out);
        }
        String rest = item.halves.end();
        if (!rest.isEmpty()) {
            out.accept(new ChatEvent.Text(rest));
        }
    }

    private void refusalPart(
            ResponsesItemRead item, int index, String text, Consumer<ChatEvent> out) {
        if (index > item.contentPart) {
            item.contentPart = index;
            refusal(item, text, out);
        }
    }

    private void summaryPart(
            ResponsesItemRead item, int index, String text, Consumer<ChatEvent> out) {
        if (index > item.summaryPart) {
            parting(item, true, out);
            item.summaryPart = index;
            thinking(item, text, out);
        }
    }

    private void openPart(ResponsesItemRead item, int index, String text, Consumer<ChatEvent> out) {
        if (index > item.openPart) {
            parting(item, true, out);
            item.openPart = index;
            thinking(item, text, out);
        }
    }

    /// An item is whole: tells what was not told in pieces.
    private void closed(ResponsesItemRead item, JsonNode words, Consumer<ChatEvent> out) {
        if (item.closed) {
            return;
        }
        item.closed = true;
        String said = kind(words);
        String kind = said.isEmpty() ? item.type : said;
        switch (kind) {
            case "message" -> message(item, words, out);
            case "reasoning" -> reasoning(item, words, out);
            case "function_call" -> {
                begun(item, words, out);
                if (!item.arguments) {
                    arguments(item, json(words.path("arguments")), out);
                }
                ended(item, out);
            }
            case "custom_tool_call" -> {
                begunInput(item, words, out);
                if (!item.arguments) {
                    input(item, words.path("input").asString(""), out);
                }
                ended(item, out);
            }
            case "local_shell_call", "shell_call", "apply_patch_call", "tool_search_call" ->
                    clientCall(item, words, kind, out);
            case "image_generation_call" -> image(words, out);
            case "" -> {
                if (!words.isEmpty()) {
                    omitted("output", out);
                }
            }
            default -> omitted(kind, out);
        }
    }

    private void ended(ResponsesItemRead item, Consumer<ChatEvent> out) {
        if (item.input) {
            String rest = CustomInput.piece(item.halves.end()) + CustomInput.ended();
            out.accept(new ChatEvent.ToolArgs(item.toolIndex, rest));
        }
        out.accept(new ChatEvent.ToolEnd(item.toolIndex));
    }

    private void clientCall(
            ResponsesItemRead item, JsonNode words, String kind, Consumer<ChatEvent> out) {
        Optional<Form> form = form(words);
        if (form.isEmpty()) {
            omitted(kind, out);
            return;
        }
        begun(item, words, out);
        JsonNode arguments = ResponsesClientForms.arguments(form.get(), words);
        out.accept(new ChatEvent.ToolArgs(item.toolIndex, Json.text(arguments)));
        ended(item, out);
    }

    /// What an item is; some servers do not say it of what speaks for itself.
    private static String kind(JsonNode words) {
        String type = words.path("type").asString("");
        if (!type.isEmpty()) {
            return type;
        }
        if (words.has("arguments") && words.has("name")) {
            return "function_call";
        }
        return words.has("content") ? "message" : "";
    }

    /// Arguments, which some servers send as the object that OpenAI puts into a text.
    private static String json(JsonNode arguments) {
        return arguments.isObject() ? Json.text(arguments) : arguments.asString("");
    }

    private void image(JsonNode words, Consumer<ChatEvent> out) {
        String result = words.path("result").asString("");
        if (result.isEmpty()) {
            omitted("image_generation_call", out);
            return;
        }
        begin(out);
        String format = words.path("output_format").asString("png");
        out.accept(new ChatEvent.Made(new Media.Inline("image/" + format, result)));
    }

    private void message(ResponsesItemRead item, JsonNode words, Consumer<ChatEvent> out) {
        if (words.path("content").isString()) {
            textPart(item, 0, words.path("content").stringValue(), out);
        }
        int index = 0;
        for (JsonNode content : words.path("content").values()) {
            switch (content.path("type")
                    .asString(content.isString() || content.has("text") ? "text" : "?")) {
                case "output_text", "text" ->
                        textPart(
                                item,
                                index,
                                content.isString()
                                        ? content.stringValue()
                                        : content.path("text").asString(""),
                                out);
                case "refusal" ->
                        refusalPart(item, index, content.path("refusal").asString(""), out);
                default -> omitted(content.path("type").asString("?"), out);
            }
            if (!content.path("annotations").isEmpty()) {
                omitted("output_text.annotations", out);
            }
            if (!content.path("logprobs").isEmpty()) {
                omitted("output_text.logprobs", out);
            }
            index++;
        }
    }

    private void reasoning(ResponsesItemRead item, JsonNode words, Consumer<ChatEvent> out) {
        int index = 0;
        for (JsonNode summary : words.path("summary").values()) {
            summaryPart(item, index++, summary.path("text").asString(""), out);
        }
        index = 0;
        for (JsonNode content : words.path("content").values()) {
            openPart(item, index++, content.path("text").asString(""), out);
        }
        String encrypted = words.path("encrypted_content").asString("");
        if (!encrypted.isEmpty()) {
            begin(out);
            var signature = new Signature(encrypted, Dialect.RESPONSES, model);
            boolean told = item.summaryPart >= 0 || item.openPart >= 0;
            out.accept(
                    told
                            ? new ChatEvent.Signed(signature)
                            : new ChatEvent.HiddenThinking(signature));
        }
    }

    private void omitted(String what, Consumer<ChatEvent> out) {
        if (omitted.size() < 100 && omitted.add(what)) {
            begin(out);
            out.accept(new ChatEvent.Omitted(what));
        }
    }

    private void terminal(JsonNode response, Consumer<ChatEvent> out) throws MalformedAnswer {
        int index = 0;
        for (JsonNode words : response.path("output").values()) {
            outputIndex = index++;
            itemId = words.path("id").asString("");
            closed(repeated(index - 1, words), words, out);
        }
        // Left open by a server that closes nothing and repeats nothing.
        for (ResponsesItemRead item : items) {
            if (item.started && !item.closed) {
                item.closed = true;
                ended(item, out);
            }
        }
        usage(response, out);
        ended = true;
        out.accept(new ChatEvent.Finish(reason(response), ""));
    }

    /// The item that the list at the end repeats; a new one if it was not seen before. Indexes are
    /// surer than ids: xAI gives one id to two pieces of reasoning.
    private ResponsesItemRead repeated(int index, JsonNode words) throws MalformedAnswer {
        ResponsesItemRead known = null;
        if (!byIndex.isEmpty()) {
            known = byIndex.get(index);
        } else if (!byId.isEmpty()) {
            known = byId.get(itemId);
        } else if (index < items.size()) {
            known = items.get(index);
        }
        return known == null ? opened(kind(words)) : known;
    }

    private FinishReason reason(JsonNode response) {
        if (response.path("status").asString("").equals("incomplete")) {
            return response.path("incomplete_details")
                            .path("reason")
                            .asString("")
                            .equals("content_filter")
                    ? FinishReason.CONTENT_FILTER
                    : FinishReason.LENGTH;
        }
        return tools > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    }

    private void usage(JsonNode response, Consumer<ChatEvent> events) {
        service = Service.told(response.path("service_tier").asString("")).or(() -> service);
        JsonNode usage = response.path("usage");
        if (!usage.isObject()) {
            return;
        }
        JsonNode in = either(usage, "input_tokens_details", "input_token_details");
        JsonNode out = either(usage, "output_tokens_details", "output_token_details");
        JsonNode cached = in.path("cached_tokens_details");
        tally.prompt(Json.count(usage.path("input_tokens")))
                .cacheRead(Json.count(in.path("cached_tokens")))
                .cacheWrite(Json.count(in.path("cache_write_tokens")))
                .audioIn(uncached(in, cached, "audio_tokens"))
                .imageIn(uncached(in, cached, "image_tokens"))
                .completion(Json.count(usage.path("output_tokens")))
                .reasoning(Json.count(out.path("reasoning_tokens")))
                .audioOut(Json.count(out.path("audio_tokens")))
                .imageOut(Json.count(out.path("image_tokens")));
        if (tally.usage().known()) {
            events.accept(new ChatEvent.Usage(tally.usage(), Charge.read(usage)));
        }
    }

    private static JsonNode either(JsonNode holder, String name, String otherwise) {
        return holder.path(holder.path(name).isObject() ? name : otherwise);
    }

    /// What is of a kind and was not read from the cache; -1 where nothing is said.
    private static long uncached(JsonNode all, JsonNode cached, String kind) {
        long whole = Json.count(all.path(kind));
        return whole < 0 ? -1 : Math.max(0, whole - Math.max(0, Json.count(cached.path(kind))));
    }

    /// The specification has the error flat in its event, the recordings have it nested; the failed
    /// answer that follows repeats it and is not read.
    private void failed(byte[] data, int from, int to, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        JsonNode event = Json.answer(data, from, to);
        JsonNode nested = event.path("error");
        broken(nested.isMissingNode() || nested.isNull() ? event : nested, out);
    }

    private void broken(JsonNode error, Consumer<ChatEvent> out) {
        begin(out);
        ended = true;
        String code = error.path("code").asString("");
        String kind = error.path("type").asString("");
        String word = code.isEmpty() && !kind.equals("error") ? kind : code;
        String message =
                error.isString() ? error.stringValue() : error.path("message").asString("");
        out.accept(
                new ChatEvent.Broken(
                        status(word, kind),
                        word,
                        message.isEmpty() ? "the answer failed" : message));
    }

    /// Whether a code is one that says whose matter a failure is.
    private static boolean known(String code) {
        return switch (code) {
            case "rate_limit_exceeded",
                    "rate_limit_error",
                    "insufficient_quota",
                    "credit_balance_exhausted",
                    "server_is_overloaded",
                    "overloaded_error",
                    "slow_down",
                    "service_unavailable_error",
                    "server_error",
                    "vector_store_timeout",
                    "invalid_prompt",
                    "bio_policy",
                    "data_residency_mismatch",
                    "context_length_exceeded",
                    "invalid_request_error",
                    "content_policy_violation",
                    "content_filter",
                    "invalid_api_key",
                    "authentication_error",
                    "model_not_found",
                    "model_error" ->
                    true;
            default -> code.contains("image");
        };
    }

    private static int status(String code, String type) {
        return switch (code) {
            case "rate_limit_exceeded",
                    "rate_limit_error",
                    "insufficient_quota",
                    "credit_balance_exhausted" ->
                    429;
            case "server_is_overloaded", "slow_down", "service_unavailable_error" -> 503;
            case "server_error", "vector_store_timeout" -> 500;
            case "invalid_prompt",
                    "bio_policy",
                    "data_residency_mismatch",
                    "context_length_exceeded",
                    "invalid_request_error",
                    "content_policy_violation" ->
                    400;
            default -> code.contains("image") || type.equals("invalid_request_error") ? 400 : 500;
        };
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public Optional<Service> service() {
        return service;
    }

    @Override
    public boolean stopped() {
        return ended;
    }

    @Override
    public boolean bodyEnded(Consumer<ChatEvent> out) {
        return ended;
    }
}
