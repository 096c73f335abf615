package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.json.JsonText;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads GenerateContentResponse objects, one or many, into events.
///
/// Each object of a stream has the same form as a plain answer, so both are read alike. The reason
/// to stop may come with the last text, behind it, or in every object; it is told once the body has
/// ended, because there is no terminal event, but at once if nothing was said before it, because then
/// it is the answer. The fields of an object come in any order, but ours have one, so what an object
/// brings is collected first.
final class GeminiAnswerReader implements AnswerReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int UPSTREAM_FAULT = 502;

    private final String model;
    private final List<Piece> pieces = new ArrayList<>();
    private final List<String> omitted = new ArrayList<>();
    private final Usage usage = new Usage();

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

    /// The first half of a character whose second half is in the next piece; 0 for none.
    private char half;

    private boolean halfOfThought;
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
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), data, from, to - from)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    one(parser, out);
                }
            } else {
                one(parser, out);
            }
            if (parser.nextToken() != null) {
                throw new MalformedAnswer("more behind the answer's JSON");
            }
        } catch (JacksonException notJson) {
            throw new MalformedAnswer("not JSON: " + notJson.getOriginalMessage());
        }
    }

    private void one(JsonParser parser, Consumer<ChatEvent> out) throws MalformedAnswer {
        pieces.clear();
        omitted.clear();
        usageRead = false;
        answer(parser);
        emit(out);
    }

    private void answer(JsonParser parser) throws MalformedAnswer {
        expectObject(parser, "the answer");
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "candidates" -> candidates(parser);
                case "usageMetadata" -> {
                    usageRead = true;
                    usage.read(parser);
                }
                case "modelVersion" -> version = text(parser, value, version);
                case "responseId" -> id = text(parser, value, id);
                case "promptFeedback" -> feedback(parser);
                case "error" -> error(parser);
                default -> parser.skipChildren();
            }
        }
    }

    private void candidates(JsonParser parser) throws MalformedAnswer {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        int place = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (place++ == 0) {
                candidate(parser);
            } else {
                parser.skipChildren();
                omitted.add("candidates[" + (place - 1) + "]");
            }
        }
    }

    private void candidate(JsonParser parser) throws MalformedAnswer {
        expectObject(parser, "candidates[0]");
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "content" -> content(parser);
                case "finishReason" -> {
                    String reason = text(parser, value, "");
                    if (!reason.isEmpty() && !reason.equals("FINISH_REASON_UNSPECIFIED")) {
                        finish = reason;
                    }
                }
                case "finishMessage" -> finishMessage = text(parser, value, finishMessage);
                case "groundingMetadata",
                        "citationMetadata",
                        "urlContextMetadata",
                        "logprobsResult" -> {
                    if (holdsSomething(parser)) {
                        omitted.add(name);
                    }
                }
                default -> parser.skipChildren();
            }
        }
    }

    private static boolean holdsSomething(JsonParser parser) {
        int from = parser.currentToken().isStructStart() ? 1 : 0;
        if (from == 0) {
            return false;
        }
        boolean any = !parser.nextToken().isStructEnd();
        int depth = any ? 1 : 0;
        if (any && parser.currentToken().isStructStart()) {
            depth++;
        }
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        }
        return any;
    }

    private void content(JsonParser parser) throws MalformedAnswer {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("parts") && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    part(parser);
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    private void part(JsonParser parser) throws MalformedAnswer {
        expectObject(parser, "a part");
        var piece = new Piece();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "text" -> piece.text = text(parser, value, "");
                case "thought" -> piece.thought = value == JsonToken.VALUE_TRUE;
                case "thoughtSignature" -> piece.seal = text(parser, value, "");
                case "functionCall" -> call(parser, piece);
                case "inlineData",
                        "fileData",
                        "executableCode",
                        "codeExecutionResult",
                        "toolCall",
                        "toolResponse" -> {
                    piece.omitted = name;
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }
        pieces.add(piece);
    }

    private static void call(JsonParser parser, Piece piece) throws MalformedAnswer {
        expectObject(parser, "functionCall");
        piece.call = true;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "name" -> piece.name = text(parser, value, "");
                case "id" -> piece.id = text(parser, value, "");
                case "args" -> {
                    if (value == JsonToken.START_OBJECT) {
                        piece.args = json(parser);
                    } else if (value != JsonToken.VALUE_NULL) {
                        throw new MalformedAnswer("functionCall.args is not an object");
                    }
                }
                case "partialArgs" ->
                        throw new MalformedAnswer(
                                "functionCall.partialArgs, which was not asked for");
                default -> parser.skipChildren();
            }
        }
        if (piece.name.isEmpty()) {
            throw new MalformedAnswer("functionCall without a name");
        }
    }

    /// The object the parser stands at, on one line, every digit of its numbers kept.
    private static String json(JsonParser parser) {
        var json = new StringBuilder(64);
        int depth = 0;
        boolean comma = false;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token.isStructEnd()) {
                json.append(token.asString());
                depth--;
                comma = true;
            } else {
                if (comma) {
                    json.append(',');
                }
                if (token == JsonToken.PROPERTY_NAME) {
                    JsonText.append(json, parser.currentName());
                    json.append(':');
                    comma = false;
                } else if (token.isStructStart()) {
                    json.append(token.asString());
                    depth++;
                    comma = false;
                } else {
                    if (token == JsonToken.VALUE_STRING) {
                        JsonText.append(json, parser.getString());
                    } else {
                        json.append(parser.getString());
                    }
                    comma = true;
                }
            }
            if (depth == 0) {
                return json.toString();
            }
            token = parser.nextToken();
        }
    }

    private void feedback(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("blockReason")) {
                String reason = text(parser, value, "");
                blocked = reason.equals("BLOCK_REASON_UNSPECIFIED") ? "" : reason;
            } else {
                parser.skipChildren();
            }
        }
    }

    private void error(JsonParser parser) {
        int status = UPSTREAM_FAULT;
        String code = "";
        String message = "";
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            message = parser.getString();
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "code" -> {
                        int said = (int) number(parser, value);
                        status = said >= 400 && said <= 599 ? said : UPSTREAM_FAULT;
                    }
                    case "message" -> message = text(parser, value, "");
                    case "status" -> code = text(parser, value, "");
                    default -> parser.skipChildren();
                }
            }
        } else {
            parser.skipChildren();
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
        } else if (fails(finish)) {
            flush(out);
            broken = true;
            out.accept(
                    new ChatEvent.Broken(
                            UPSTREAM_FAULT,
                            finish,
                            finishMessage.isEmpty()
                                    ? "the model stopped with " + finish
                                    : finishMessage));
        } else if (!said) {
            finish(out);
        }
    }

    /// Tells the reason to stop, once, if there is one.
    private void finish(Consumer<ChatEvent> out) {
        if (finished || (finish.isEmpty() && blocked.isEmpty())) {
            return;
        }
        finished = true;
        out.accept(new ChatEvent.Finish(reason(), ""));
    }

    private FinishReason reason() {
        return switch (finish) {
            case "STOP" -> calls > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP;
            case "MAX_TOKENS" -> FinishReason.LENGTH;
            default -> FinishReason.CONTENT_FILTER;
        };
    }

    /// Whether a reason to stop means that there is no answer. Google adds such reasons without
    /// notice, so every word that is not known is one.
    private static boolean fails(String finish) {
        return switch (finish) {
            case "",
                    "STOP",
                    "MAX_TOKENS",
                    "SAFETY",
                    "RECITATION",
                    "LANGUAGE",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION" ->
                    false;
            default -> true;
        };
    }

    private void emit(Piece piece, Consumer<ChatEvent> out) {
        said |= piece.call || !piece.text.isEmpty() || !piece.seal.isEmpty();
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
        if (half != 0) {
            if (halfOfThought == piece.thought) {
                text = half + text;
                half = 0;
            } else {
                flush(out);
            }
        }
        if (Character.isHighSurrogate(text.charAt(text.length() - 1))) {
            half = text.charAt(text.length() - 1);
            halfOfThought = piece.thought;
            text = text.substring(0, text.length() - 1);
        }
        if (!text.isEmpty()) {
            out.accept(piece.thought ? new ChatEvent.Thinking(text) : new ChatEvent.Text(text));
        }
    }

    /// Half a character that was never completed is shown as what it is: unreadable.
    private void flush(Consumer<ChatEvent> out) {
        if (half != 0) {
            half = 0;
            out.accept(
                    halfOfThought
                            ? new ChatEvent.Thinking("\uFFFD")
                            : new ChatEvent.Text("\uFFFD"));
        }
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
    public boolean bodyEnded(Consumer<ChatEvent> out) {
        if (broken) {
            return false;
        }
        flush(out);
        finish(out);
        return finished;
    }

    private static void expectObject(JsonParser parser, String what) throws MalformedAnswer {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new MalformedAnswer(what + " is not an object");
        }
    }

    private static String text(JsonParser parser, JsonToken value, String otherwise) {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getString();
        }
        parser.skipChildren();
        return otherwise;
    }

    /// -1 for what is no count.
    private static long number(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        parser.skipChildren();
        return -1;
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
    }

    /// The counts of the latest `usageMetadata`. They are running totals; what one object leaves out
    /// keeps the value it had.
    private static final class Usage {
        private long prompt = -1;
        private long toolUse;
        private long cached;
        private long candidates = -1;
        private long thoughts = -1;
        private long audioIn;
        private long imageIn;
        private long cachedAudio;
        private long cachedImage;
        private long audioOut;
        private long imageOut;

        /// Sums of the details just read.
        private long audio;

        private long image;

        private void read(JsonParser parser) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "promptTokenCount" -> prompt = number(parser, value);
                    case "toolUsePromptTokenCount" -> toolUse = Math.max(0, number(parser, value));
                    case "cachedContentTokenCount" -> cached = number(parser, value);
                    case "candidatesTokenCount" -> candidates = number(parser, value);
                    case "thoughtsTokenCount" -> thoughts = number(parser, value);
                    case "promptTokensDetails" -> {
                        details(parser);
                        audioIn = audio;
                        imageIn = image;
                    }
                    case "cacheTokensDetails" -> {
                        details(parser);
                        cachedAudio = audio;
                        cachedImage = image;
                    }
                    case "candidatesTokensDetails" -> {
                        details(parser);
                        audioOut = audio;
                        imageOut = image;
                    }
                    default -> parser.skipChildren();
                }
            }
        }

        private void details(JsonParser parser) {
            audio = 0;
            image = 0;
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                parser.skipChildren();
                return;
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    continue;
                }
                String modality = "";
                long count = 0;
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    JsonToken value = parser.nextToken();
                    switch (name) {
                        case "modality" -> modality = text(parser, value, "");
                        case "tokenCount" -> count = Math.max(0, number(parser, value));
                        default -> parser.skipChildren();
                    }
                }
                switch (modality) {
                    case "AUDIO" -> audio += count;
                    case "IMAGE", "VIDEO" -> image += count;
                    default -> {}
                }
            }
        }

        /// What a count's absence means depends on its side: with a prompt counted, no count of
        /// output is 0.
        private TokenUsage tokens() {
            var tally = new TokenTally();
            if (prompt >= 0) {
                tally.prompt(prompt + toolUse);
                tally.cacheRead(Math.max(0, cached));
                tally.audioIn(Math.max(0, audioIn - cachedAudio));
                tally.imageIn(Math.max(0, imageIn - cachedImage));
            }
            if (prompt >= 0 || candidates >= 0 || thoughts >= 0) {
                tally.completion(Math.max(0, candidates) + Math.max(0, thoughts));
                tally.reasoning(Math.max(0, thoughts));
                tally.audioOut(audioOut);
                tally.imageOut(imageOut);
            }
            return tally.usage();
        }
    }
}
