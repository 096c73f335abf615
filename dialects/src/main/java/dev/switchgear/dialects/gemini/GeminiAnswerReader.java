package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.json.Halves;
import dev.switchgear.dialects.json.JsonPull;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads GenerateContentResponse objects, one or many, into events.
///
/// Each object of a stream has the same form as a plain answer, so both are read alike. The reason
/// to stop may come with the last text, behind it, or in every object; it is told once the body has
/// ended, because there is no terminal event, but at once if nothing was said before it, because then
/// it is the answer. The fields of an object come in any order, but ours have one, so what an object
/// brings is collected first.
final class GeminiAnswerReader implements AnswerReader {
    private static final int UPSTREAM_FAULT = 502;

    private final String model;
    private final List<Piece> pieces = new ArrayList<>();
    private final List<String> omitted = new ArrayList<>();
    private final Usage usage = new Usage();
    private final Halves texts = new Halves();
    private final Halves thoughts = new Halves();

    private String id = "";
    private String version = "";
    private boolean started;
    private boolean broken;

    /// Whether anything but the usage was told.
    private boolean said;

    private boolean finished;
    private int calls;
    private String finish = "";
    private String finishMessage = "";
    private String blocked = "";
    private boolean usageRead;
    private TokenUsage told = TokenUsage.UNKNOWN;

    private ChatEvent.@Nullable Broken error;

    GeminiAnswerReader(String model) {
        this.model = model;
    }

    @Override
    public void whole(byte[] body, Consumer<ChatEvent> out) throws MalformedAnswer {
        event(body, 0, body.length, out);
        if (broken) {
            return;
        }
        if (finish.isEmpty() && blocked.isEmpty() && said) {
            // The body is whole and holds an answer: what ended it makes no difference.
            finish = "STOP";
        }
        if (!bodyEnded(out)) {
            throw new MalformedAnswer("an answer without finishReason");
        }
    }

    @Override
    public void event(byte[] data, int from, int to, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        if (broken) {
            return;
        }
        JsonPull.read(
                data,
                from,
                to,
                json -> {
                    if (!json.isArray()) {
                        one(json, out);
                        return;
                    }
                    while (json.element()) {
                        one(json, out);
                    }
                });
    }

    private void one(JsonPull json, Consumer<ChatEvent> out) throws MalformedAnswer {
        pieces.clear();
        omitted.clear();
        usageRead = false;
        answer(json);
        emit(out);
    }

    private void answer(JsonPull json) throws MalformedAnswer {
        json.needObject("the answer");
        while (json.field()) {
            switch (json.name()) {
                case "candidates" -> candidates(json);
                case "usageMetadata" -> {
                    usageRead = true;
                    usage.read(json);
                }
                case "modelVersion" -> version = json.text(version);
                case "responseId" -> id = json.text(id);
                case "promptFeedback" -> feedback(json);
                case "error" -> error(json);
                default -> json.skip();
            }
        }
    }

    private void candidates(JsonPull json) throws MalformedAnswer {
        if (!json.enterArray()) {
            return;
        }
        int place = 0;
        while (json.element()) {
            if (json.isNull()) {
                continue;
            }
            if (place++ == 0) {
                candidate(json);
            } else {
                json.skip();
                omitted.add("candidates[" + (place - 1) + "]");
            }
        }
    }

    private void candidate(JsonPull json) throws MalformedAnswer {
        json.needObject("candidates[0]");
        while (json.field()) {
            switch (json.name()) {
                case "content" -> content(json);
                case "finishReason" -> {
                    String reason = json.text();
                    if (!reason.isEmpty() && !reason.equals("FINISH_REASON_UNSPECIFIED")) {
                        finish = reason;
                    }
                }
                case "finishMessage" -> finishMessage = json.text(finishMessage);
                case "groundingMetadata",
                        "citationMetadata",
                        "urlContextMetadata",
                        "logprobsResult" -> {
                    if (json.holdsSomething()) {
                        omitted.add(json.name());
                    }
                }
                default -> json.skip();
            }
        }
    }

    private void content(JsonPull json) throws MalformedAnswer {
        if (!json.enterObject()) {
            return;
        }
        while (json.field()) {
            if (json.name().equals("parts") && json.isArray()) {
                while (json.element()) {
                    if (!json.isNull()) {
                        part(json);
                    }
                }
            } else if (json.name().equals("parts") && json.isObject()) {
                part(json);
            } else {
                json.skip();
            }
        }
    }

    private void part(JsonPull json) throws MalformedAnswer {
        json.needObject("a part");
        var piece = new Piece();
        while (json.field()) {
            switch (json.name()) {
                case "text" -> piece.text = json.text();
                case "thought" -> piece.thought = json.flag();
                case "thoughtSignature" -> {
                    String seal = json.text();
                    piece.seal = GeminiSeals.unsigned(seal) ? "" : seal;
                }
                case "functionCall" -> call(json, piece);
                case "inlineData", "inline_data" -> inline(json, piece);
                case "fileData",
                        "executableCode",
                        "codeExecutionResult",
                        "toolCall",
                        "toolResponse" -> {
                    piece.omitted = json.name();
                    json.skip();
                }
                default -> json.skip();
            }
        }
        pieces.add(piece);
    }

    /// Images and sounds are shown; nothing else has a place in other dialects.
    private static void inline(JsonPull json, Piece piece) {
        if (!json.enterObject()) {
            return;
        }
        String type = "";
        String data = "";
        while (json.field()) {
            switch (json.name()) {
                case "mimeType", "mime_type" -> type = json.text().toLowerCase(Locale.ROOT);
                case "data" -> data = json.text();
                default -> json.skip();
            }
        }
        if (data.isEmpty() || !(type.startsWith("image/") || type.startsWith("audio/"))) {
            piece.omitted = "inlineData";
        } else {
            piece.made = Optional.of(new ChatEvent.Made(new Media.Inline(type, data)));
        }
    }

    private static void call(JsonPull json, Piece piece) throws MalformedAnswer {
        json.needObject("functionCall");
        piece.call = true;
        while (json.field()) {
            switch (json.name()) {
                case "name" -> piece.name = json.text();
                case "id" -> piece.id = json.text();
                case "args" -> {
                    if (json.isObject()) {
                        piece.args = json.compact();
                    } else if (json.isString()) {
                        // Some servers put the object into a text, as OpenAI does.
                        String text = json.text();
                        piece.args = text.isBlank() ? "{}" : text;
                    } else if (!json.isNull()) {
                        throw new MalformedAnswer("functionCall.args is not an object");
                    }
                }
                case "partialArgs" ->
                        throw new MalformedAnswer(
                                "functionCall.partialArgs, which was not asked for");
                default -> json.skip();
            }
        }
        if (piece.name.isEmpty()) {
            throw new MalformedAnswer("functionCall without a name");
        }
    }

    private void feedback(JsonPull json) {
        if (!json.enterObject()) {
            return;
        }
        while (json.field()) {
            if (json.name().equals("blockReason")) {
                String reason = json.text();
                blocked = reason.equals("BLOCK_REASON_UNSPECIFIED") ? "" : reason;
            } else {
                json.skip();
            }
        }
    }

    private void error(JsonPull json) {
        int status = UPSTREAM_FAULT;
        String code = "";
        String message = "";
        if (json.isNull()) {
            return;
        }
        if (json.isString()) {
            message = json.text();
        } else if (json.isObject()) {
            while (json.field()) {
                switch (json.name()) {
                    case "code" -> {
                        int said = (int) json.count();
                        status = said >= 400 && said <= 599 ? said : UPSTREAM_FAULT;
                    }
                    case "message" -> message = json.text();
                    case "status" -> code = json.text();
                    default -> json.skip();
                }
            }
        } else {
            json.skip();
        }
        error = new ChatEvent.Broken(status, code, message);
    }

    private void emit(Consumer<ChatEvent> out) {
        if (!started && (error == null || !pieces.isEmpty())) {
            started = true;
            out.accept(new ChatEvent.Start(id, version));
        }
        for (Piece piece : pieces) {
            emit(piece, out);
        }
        for (String what : omitted) {
            out.accept(new ChatEvent.Omitted(what));
        }
        if (usageRead) {
            TokenUsage now = usage.tokens();
            if (!now.equals(told)) {
                told = now;
                out.accept(new ChatEvent.Usage(now));
            }
        }
        if (error != null) {
            broken = true;
            out.accept(error);
        } else if (!said || Ending.of(finish) == Ending.FAILURE) {
            finish(out);
        }
    }

    /// Tells the reason to stop, once, if there is one.
    private void finish(Consumer<ChatEvent> out) {
        if (finished || (finish.isEmpty() && blocked.isEmpty())) {
            return;
        }
        finished = true;
        if (failed()) {
            flush(out);
            out.accept(ChatEvent.Broken.byModel(finish, finishMessage));
        } else {
            out.accept(new ChatEvent.Finish(reason(), ""));
        }
    }

    /// Whether the model failed. A reason that nobody knows says so only where nothing came before it:
    /// Google adds such reasons without notice, and content is an answer whatever it ends with.
    private boolean failed() {
        return switch (Ending.of(finish)) {
            case FAILURE -> true;
            case UNKNOWN -> !said && !finish.isEmpty() && blocked.isEmpty();
            case USUAL, WITHHELD -> false;
        };
    }

    private FinishReason reason() {
        return switch (finish) {
            case "STOP" -> calls > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP;
            case "MAX_TOKENS" -> FinishReason.LENGTH;
            default -> {
                boolean usual = Ending.of(finish) == Ending.UNKNOWN && blocked.isEmpty();
                FinishReason done = calls > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP;
                yield usual ? done : FinishReason.CONTENT_FILTER;
            }
        };
    }

    /// What a reason to stop says about the answer.
    private enum Ending {
        USUAL,
        /// The provider keeps the answer, or the rest of it, to itself.
        WITHHELD,
        /// The model made no answer that could be used.
        FAILURE,
        UNKNOWN;

        static Ending of(String finish) {
            return switch (finish) {
                case "STOP", "MAX_TOKENS" -> USUAL;
                case "SAFETY",
                        "RECITATION",
                        "LANGUAGE",
                        "BLOCKLIST",
                        "PROHIBITED_CONTENT",
                        "SPII",
                        "IMAGE_SAFETY",
                        "IMAGE_PROHIBITED_CONTENT",
                        "IMAGE_RECITATION" ->
                        WITHHELD;
                case "OTHER",
                        "MALFORMED_FUNCTION_CALL",
                        "UNEXPECTED_TOOL_CALL",
                        "TOO_MANY_TOOL_CALLS",
                        "MISSING_THOUGHT_SIGNATURE",
                        "MALFORMED_RESPONSE",
                        "NO_IMAGE",
                        "IMAGE_OTHER" ->
                        FAILURE;
                default -> UNKNOWN;
            };
        }
    }

    private void emit(Piece piece, Consumer<ChatEvent> out) {
        said |=
                piece.call
                        || !piece.text.isEmpty()
                        || !piece.seal.isEmpty()
                        || piece.made.isPresent();
        Optional<Signature> signature =
                piece.seal.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Signature(
                                        piece.seal,
                                        Dialect.GEMINI,
                                        version.isEmpty() ? model : version));
        if (piece.call) {
            flush(out);
            int index = calls++;
            String name = piece.id.isEmpty() ? invented(index) : piece.id;
            out.accept(new ChatEvent.ToolStart(index, name, piece.name, signature));
            out.accept(new ChatEvent.ToolArgs(index, piece.args));
            out.accept(new ChatEvent.ToolEnd(index));
            return;
        }
        if (!piece.omitted.isEmpty()) {
            flush(out);
            out.accept(new ChatEvent.Omitted(piece.omitted));
        }
        // What a model drew while it thought is no part of its answer.
        if (piece.made.isPresent() && !piece.thought) {
            flush(out);
            out.accept(piece.made.get());
        }
        if (signature.isPresent()) {
            flush(out);
            if (piece.thought) {
                text(piece, out);
                out.accept(new ChatEvent.Signed(signature.get()));
                return;
            }
            out.accept(new ChatEvent.Signed(signature.get()));
        }
        text(piece, out);
    }

    private void text(Piece piece, Consumer<ChatEvent> out) {
        String text = piece.text;
        if (text.isEmpty()) {
            return;
        }
        if (piece.thought) {
            tell(texts.end(), false, out);
            tell(thoughts.join(text), true, out);
        } else {
            tell(thoughts.end(), true, out);
            tell(texts.join(text), false, out);
        }
    }

    private static void tell(String text, boolean thought, Consumer<ChatEvent> out) {
        if (!text.isEmpty()) {
            out.accept(thought ? new ChatEvent.Thinking(text) : new ChatEvent.Text(text));
        }
    }

    /// Half a character that was never completed is shown as what it is: unreadable.
    private void flush(Consumer<ChatEvent> out) {
        tell(thoughts.end(), true, out);
        tell(texts.end(), false, out);
    }

    /// Unlike a bare number it differs from answer to answer, so that no two calls of a
    /// conversation have the same.
    private String invented(int index) {
        var name = new StringBuilder("call_");
        for (int i = 0; i < id.length() && i < 40; i++) {
            char c = id.charAt(i);
            boolean plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '_';
            if (plain) {
                name.append(c);
            }
        }
        return name.append('_').append(index).toString();
    }

    @Override
    public boolean ended() {
        return broken;
    }

    @Override
    public Optional<Service> service() {
        return usage.service;
    }

    @Override
    public boolean stopped() {
        return !finish.isEmpty() || !blocked.isEmpty();
    }

    @Override
    public boolean bodyEnded(Consumer<ChatEvent> out) {
        if (broken) {
            return false;
        }
        flush(out);
        finish(out);
        return finished;
    }

    /// One part of the answer, as it came.
    private static final class Piece {
        private String text = "";
        private boolean thought;
        private String seal = "";
        private boolean call;
        private String name = "";
        private String id = "";
        private String args = "{}";
        private String omitted = "";
        private Optional<ChatEvent.Made> made = Optional.empty();
    }

    /// The counts of the latest `usageMetadata`. They are running totals; what one object leaves out
    /// keeps the value it had, unless its own total says that it is nothing.
    private static final class Usage {
        private long prompt = -1;
        private long toolUse = -1;
        private long cached = -1;
        private long candidates = -1;
        private long thoughts = -1;
        private Optional<Service> service = Optional.empty();
        private final Kinds in = new Kinds();
        private final Kinds used = new Kinds();
        private final Kinds cachedKinds = new Kinds();
        private final Kinds out = new Kinds();

        /// What of a count is sound, and what pictures; the rest is text.
        private static final class Kinds {
            private long audio;
            private long image;
        }

        private void read(JsonPull json) {
            if (!json.enterObject()) {
                return;
            }
            long total = -1;
            long sum = 0;
            boolean toolUseSaid = false;
            boolean thoughtsSaid = false;
            while (json.field()) {
                switch (json.name()) {
                    case "serviceTier" -> service = Service.told(json.text());
                    case "promptTokenCount" -> {
                        prompt = said(json, prompt);
                        sum += Math.max(0, prompt);
                    }
                    case "toolUsePromptTokenCount" -> {
                        toolUse = said(json, toolUse);
                        sum += Math.max(0, toolUse);
                        toolUseSaid = true;
                    }
                    case "candidatesTokenCount" -> {
                        candidates = said(json, candidates);
                        sum += Math.max(0, candidates);
                    }
                    case "thoughtsTokenCount" -> {
                        thoughts = said(json, thoughts);
                        sum += Math.max(0, thoughts);
                        thoughtsSaid = true;
                    }
                    case "cachedContentTokenCount" -> cached = said(json, cached);
                    case "totalTokenCount" -> total = json.count();
                    case "promptTokensDetails" -> details(json, in);
                    case "toolUsePromptTokensDetails" -> details(json, used);
                    case "cacheTokensDetails" -> details(json, cachedKinds);
                    case "candidatesTokensDetails" -> details(json, out);
                    default -> json.skip();
                }
            }
            if (total >= 0 && total == sum) {
                toolUse = toolUseSaid ? toolUse : -1;
                thoughts = thoughtsSaid ? thoughts : -1;
            }
        }

        private static long said(JsonPull json, long before) {
            long now = json.count();
            return now < 0 ? before : now;
        }

        private static void details(JsonPull json, Kinds kinds) {
            kinds.audio = 0;
            kinds.image = 0;
            if (!json.enterArray()) {
                return;
            }
            while (json.element()) {
                if (!json.enterObject()) {
                    continue;
                }
                String modality = "";
                long count = 0;
                while (json.field()) {
                    switch (json.name()) {
                        case "modality" -> modality = json.text();
                        case "tokenCount" -> count = Math.max(0, json.count());
                        default -> json.skip();
                    }
                }
                switch (modality) {
                    case "AUDIO" -> kinds.audio += count;
                    case "IMAGE", "VIDEO" -> kinds.image += count;
                    default -> {}
                }
            }
        }

        /// What a count's absence means depends on its side: with a prompt counted, no count of
        /// output is 0.
        private TokenUsage tokens() {
            var tally = new TokenTally();
            if (prompt >= 0) {
                tally.prompt(prompt + Math.max(0, toolUse));
                tally.cacheRead(Math.max(0, cached));
                tally.audioIn(Math.max(0, in.audio + used.audio - cachedKinds.audio));
                tally.imageIn(Math.max(0, in.image + used.image - cachedKinds.image));
            }
            if (prompt >= 0 || candidates >= 0 || thoughts >= 0) {
                tally.completion(Math.max(0, candidates) + Math.max(0, thoughts));
                tally.reasoning(Math.max(0, thoughts));
                tally.audioOut(out.audio);
                tally.imageOut(out.image);
            }
            return tally.usage();
        }
    }
}
