package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.Thoughts;
import dev.switchgear.dialects.Unsaid;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.json.JsonText;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Writes GenerateContentResponse objects.
///
/// A stream is one of two: server-sent events parted by CRLF CRLF, or, for who did not ask for
/// them, a JSON array sent piece by piece. Every object carries what is known of the usage. A call is
/// written once its arguments are whole, because the grammar has no pieces of calls; one that the
/// model broke off at its limit is left out.
final class GeminiAnswerWriter implements AnswerWriter {
    /// The most characters of arguments that wait to be whole, all calls of an answer together.
    private static final int ARGUMENTS_MAX = 16 * 1024 * 1024;

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] EVENT = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTENT =
            "{\"candidates\": [{\"content\": {\"parts\": [".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTENT_END =
            "],\"role\": \"model\"},\"index\": 0}]".getBytes(StandardCharsets.US_ASCII);

    private final boolean array;
    private final Thoughts unasked;
    private final boolean thinkingShown;
    private final AnswerIdentity identity;
    private final Map<Integer, Call> open = new TreeMap<>();
    private final StringBuilder text = new StringBuilder(256);

    private String id = "";
    private String version = "";
    private TokenUsage usage = TokenUsage.UNKNOWN;
    private byte @Nullable [] tail;
    private Optional<Signature> pending = Optional.empty();
    private ChatEvent.@Nullable Finish finish;
    private boolean called;
    private boolean begun;
    private boolean broken;
    private long argumentChars;
    private final Unsaid unsaid = new Unsaid();

    /// Reasoning that came since the last signature, for one that another provider gave it.
    private final StringBuilder thought = new StringBuilder();

    /// @param array whether a stream is an array
    /// @param thinkingShown whether the client asked to see reasoning
    GeminiAnswerWriter(boolean array, boolean thinkingShown, AnswerIdentity identity) {
        this.array = array;
        this.unasked = new Thoughts(thinkingShown, false);
        this.thinkingShown = thinkingShown;
        this.identity = identity;
    }

    @Override
    public String contentType() {
        return array ? "application/json" : "text/event-stream";
    }

    @Override
    public byte[] whole(List<ChatEvent> events) {
        var parts = new ArrayList<String>();
        var texts = new StringBuilder();
        boolean thoughts = false;
        for (ChatEvent event : unasked.told(events)) {
            // Neighbouring pieces of text are one part of a plain answer.
            boolean same =
                    thoughts
                            ? event instanceof ChatEvent.Thinking
                            : event instanceof ChatEvent.Text || event instanceof ChatEvent.Refusal;
            if (!same && !texts.isEmpty() && visible(event)) {
                parts.add(textPart(texts.toString(), thoughts));
                texts.setLength(0);
            }
            switch (event) {
                case ChatEvent.Text each -> {
                    thoughts = false;
                    texts.append(each.text());
                }
                case ChatEvent.Refusal each -> {
                    thoughts = false;
                    texts.append(each.text());
                }
                case ChatEvent.Thinking each -> {
                    thought.append(each.text());
                    if (thinkingShown) {
                        thoughts = true;
                        texts.append(each.text());
                    }
                }
                case ChatEvent.Start _,
                        ChatEvent.Signed _,
                        ChatEvent.HiddenThinking _,
                        ChatEvent.ToolStart _,
                        ChatEvent.ToolArgs _,
                        ChatEvent.ToolEnd _,
                        ChatEvent.Usage _,
                        ChatEvent.Finish _,
                        ChatEvent.Broken _,
                        ChatEvent.Made _,
                        ChatEvent.Omitted _,
                        ChatEvent.Ping _ ->
                        part(event).ifPresent(parts::add);
            }
        }
        if (!texts.isEmpty()) {
            parts.add(textPart(texts.toString(), thoughts));
        }
        finishCalls(parts);
        seal().ifPresent(parts::add);
        var out = new ByteArrayOutputStream(1024);
        JsonText.raw(out, finishing(parts, true));
        tail(out);
        return out.toByteArray();
    }

    /// Whether an event shows as a part of its own, so that text before it ends there.
    private static boolean visible(ChatEvent event) {
        return switch (event) {
            case ChatEvent.Text _,
                    ChatEvent.Refusal _,
                    ChatEvent.Thinking _,
                    ChatEvent.Signed _,
                    ChatEvent.HiddenThinking _,
                    ChatEvent.Made _,
                    ChatEvent.ToolEnd _ ->
                    true;
            case ChatEvent.Start _,
                    ChatEvent.ToolStart _,
                    ChatEvent.ToolArgs _,
                    ChatEvent.Usage _,
                    ChatEvent.Finish _,
                    ChatEvent.Broken _,
                    ChatEvent.Omitted _,
                    ChatEvent.Ping _ ->
                    false;
        };
    }

    @Override
    public void event(ChatEvent event, ByteArrayOutputStream out) {
        for (ChatEvent told : unasked.told(event)) {
            tell(told, out);
        }
    }

    private void tell(ChatEvent event, ByteArrayOutputStream out) {
        if (broken) {
            return;
        }
        switch (event) {
            case ChatEvent.Text each -> pieceOfText(each.text(), out);
            case ChatEvent.Refusal each -> pieceOfText(each.text(), out);
            case ChatEvent.Thinking each -> {
                thought.append(each.text());
                if (thinkingShown && !each.text().isEmpty()) {
                    write(textPart(each.text(), true), out);
                }
            }
            case ChatEvent.Broken error -> broken(error, out);
            case ChatEvent.Start _,
                    ChatEvent.Signed _,
                    ChatEvent.HiddenThinking _,
                    ChatEvent.ToolStart _,
                    ChatEvent.ToolArgs _,
                    ChatEvent.ToolEnd _,
                    ChatEvent.Usage _,
                    ChatEvent.Finish _,
                    ChatEvent.Made _,
                    ChatEvent.Omitted _,
                    ChatEvent.Ping _ -> {
                Optional<String> part = part(event);
                if (part.isPresent()) {
                    write(part.get(), out);
                }
                if (argumentChars > ARGUMENTS_MAX) {
                    broken(
                            new ChatEvent.Broken(
                                    502, "INTERNAL", "the arguments of a call are too long"),
                            out);
                }
            }
        }
    }

    private void pieceOfText(String piece, ByteArrayOutputStream out) {
        if (piece.isEmpty()) {
            return;
        }
        text.setLength(0);
        text.append("{\"text\": ");
        JsonText.append(text, piece);
        sealOf(text);
        text.append('}');
        write(text, out);
    }

    /// Notes what an event says, and gives the part it shows as, if any.
    private Optional<String> part(ChatEvent event) {
        switch (event) {
            case ChatEvent.Start start -> {
                id = start.id();
                version = start.model();
                tail = null;
            }
            case ChatEvent.Usage now -> {
                usage = now.tokens();
                tail = null;
            }
            case ChatEvent.Finish last -> finish = last;
            case ChatEvent.Signed signed -> {
                return signed(signed.signature());
            }
            case ChatEvent.HiddenThinking hidden -> {
                return Optional.of(
                        behindSeal(sealed("", true, GeminiSeals.ofHidden(hidden.signature()))));
            }
            case ChatEvent.ToolStart start -> open.put(start.index(), new Call(start));
            case ChatEvent.ToolArgs args -> {
                Call call = open.get(args.index());
                if (call != null) {
                    call.arguments.append(args.json());
                    argumentChars += args.json().length();
                }
            }
            case ChatEvent.ToolEnd end -> {
                Call call = open.get(end.index());
                if (call != null && call.object().isPresent()) {
                    open.remove(end.index());
                    return Optional.of(behindSeal(callPart(call, call.object().get())));
                }
            }
            case ChatEvent.Made made -> {
                return made(made).map(this::behindSeal);
            }
            case ChatEvent.Omitted omitted -> unsaid.add(omitted);
            case ChatEvent.Text _,
                    ChatEvent.Refusal _,
                    ChatEvent.Thinking _,
                    ChatEvent.Broken _,
                    ChatEvent.Ping _ -> {}
        }
        return Optional.empty();
    }

    private Optional<String> made(ChatEvent.Made made) {
        var part = new StringBuilder();
        switch (made.media()) {
            case Media.Inline inline -> {
                part.append("{\"inlineData\": {\"mimeType\": ");
                JsonText.append(part, inline.type());
                part.append(",\"data\": ");
                JsonText.append(part, inline.base64());
            }
            case Media.Url address -> {
                part.append("{\"fileData\": {\"mimeType\": ");
                JsonText.append(part, address.type().isEmpty() ? "image/png" : address.type());
                part.append(",\"fileUri\": ");
                JsonText.append(part, address.url());
            }
            case Media.PlainText _, Media.FileId _ -> {
                unsaid.add(made);
                return Optional.empty();
            }
        }
        return Optional.of(part.append("}}").toString());
    }

    @Override
    public List<String> omitted() {
        return unsaid.names();
    }

    /// Gemini's own signature waits for the text it came with. Another provider's goes with the
    /// reasoning it covers, which it takes along where the client is not shown it.
    private Optional<String> signed(Signature signature) {
        if (signature.signer() != Dialect.GEMINI) {
            String covered = thinkingShown ? "" : thought.toString();
            thought.setLength(0);
            return Optional.of(sealed("", true, GeminiSeals.ofThinking(covered, signature)));
        }
        thought.setLength(0);
        Optional<String> before = seal();
        pending = Optional.of(signature);
        return before;
    }

    /// A signature that no text followed.
    private Optional<String> seal() {
        if (pending.isEmpty()) {
            return Optional.empty();
        }
        String part = sealed("", false, GeminiSeals.of(pending.get()));
        pending = Optional.empty();
        return Optional.of(part);
    }

    /// A part, behind the signature that waits; both in the list that they go into.
    private String behindSeal(String part) {
        return seal().map(before -> before + "," + part).orElse(part);
    }

    private void sealOf(StringBuilder part) {
        if (pending.isPresent()) {
            part.append(",\"thoughtSignature\": ");
            JsonText.append(part, GeminiSeals.of(pending.get()));
            pending = Optional.empty();
        }
    }

    private String textPart(String shown, boolean thoughts) {
        var part = new StringBuilder(shown.length() + 48).append("{\"text\": ");
        JsonText.append(part, shown);
        if (thoughts) {
            part.append(",\"thought\": true");
        } else {
            sealOf(part);
        }
        return part.append('}').toString();
    }

    private static String sealed(String shown, boolean thoughts, String seal) {
        var part = new StringBuilder(seal.length() + 64).append("{\"text\": ");
        JsonText.append(part, shown);
        part.append(thoughts ? ",\"thought\": true" : "").append(",\"thoughtSignature\": ");
        JsonText.append(part, seal);
        return part.append('}').toString();
    }

    private String callPart(Call call, String arguments) {
        boolean first = !called;
        called = true;
        var part = new StringBuilder(arguments.length() + 96);
        part.append("{\"functionCall\": {\"name\": ");
        JsonText.append(part, call.start.name());
        part.append(",\"args\": ").append(arguments).append(",\"id\": ");
        JsonText.append(part, call.start.id());
        part.append('}');
        if (call.start.signature().isPresent()) {
            part.append(",\"thoughtSignature\": ");
            JsonText.append(part, GeminiSeals.of(call.start.signature().get()));
        } else if (first) {
            part.append(",\"thoughtSignature\": ");
            JsonText.append(part, GeminiSeals.UNSIGNED);
        }
        return part.append('}').toString();
    }

    /// Calls whose arguments never became an object: broken off at the limit they are no calls; else
    /// the model's text is handed on under a name of ours.
    private void finishCalls(List<String> parts) {
        boolean cut = finish != null && finish.reason() == FinishReason.LENGTH;
        for (Call call : open.values()) {
            if (!cut) {
                parts.add(
                        callPart(
                                call,
                                call.object()
                                        .orElseGet(() ->
                                                Json.text(
                                                        Json.object()
                                                                .put(
                                                                        "_raw",
                                                                        call.arguments
                                                                                .toString())))));
            }
        }
        open.clear();
    }

    private void write(CharSequence part, ByteArrayOutputStream out) {
        open(out);
        out.write(CONTENT, 0, CONTENT.length);
        JsonText.raw(out, part);
        out.write(CONTENT_END, 0, CONTENT_END.length);
        tail(out);
        close(out);
    }

    private void open(ByteArrayOutputStream out) {
        if (!array) {
            out.write(EVENT, 0, EVENT.length);
        } else if (begun) {
            out.write(',');
            out.write(CRLF, 0, CRLF.length);
        } else {
            out.write('[');
        }
        begun = true;
    }

    private void close(ByteArrayOutputStream out) {
        if (!array) {
            out.write(CRLF, 0, CRLF.length);
            out.write(CRLF, 0, CRLF.length);
        }
    }

    /// What stands behind the candidates; the same until the usage changes.
    private void tail(ByteArrayOutputStream out) {
        byte[] bytes = tail;
        if (bytes == null) {
            var json = new StringBuilder(256);
            if (usage.known()) {
                json.append(",\"usageMetadata\": ");
                usage(json);
            }
            json.append(",\"modelVersion\": ");
            JsonText.append(json, version.isEmpty() ? identity.model() : version);
            json.append(",\"responseId\": ");
            JsonText.append(json, id.isEmpty() ? identity.id() : id);
            json.append('}');
            bytes = json.toString().getBytes(StandardCharsets.UTF_8);
            tail = bytes;
        }
        out.write(bytes, 0, bytes.length);
    }

    private void usage(StringBuilder json) {
        long prompt = Math.max(0, usage.wholeInput());
        long output = Math.max(0, usage.wholeOutput());
        json.append("{\"promptTokenCount\": ").append(prompt);
        json.append(",\"candidatesTokenCount\": ").append(output - usage.reasoning());
        json.append(",\"totalTokenCount\": ").append(prompt + output);
        if (usage.cacheRead() > 0) {
            json.append(",\"cachedContentTokenCount\": ").append(usage.cacheRead());
        }
        json.append(",\"promptTokensDetails\": ");
        details(prompt, usage.audioIn(), usage.imageIn(), json);
        if (usage.audioOut() > 0 || usage.imageOut() > 0) {
            json.append(",\"candidatesTokensDetails\": ");
            details(output - usage.reasoning(), usage.audioOut(), usage.imageOut(), json);
        }
        if (usage.reasoning() > 0) {
            json.append(",\"thoughtsTokenCount\": ").append(usage.reasoning());
        }
        json.append('}');
    }

    private static void details(long whole, long audio, long image, StringBuilder json) {
        json.append("[{\"modality\": \"TEXT\",\"tokenCount\": ")
                .append(whole - audio - image)
                .append('}');
        if (audio > 0) {
            json.append(",{\"modality\": \"AUDIO\",\"tokenCount\": ").append(audio).append('}');
        }
        if (image > 0) {
            json.append(",{\"modality\": \"IMAGE\",\"tokenCount\": ").append(image).append('}');
        }
        json.append(']');
    }

    /// Everything up to the tail of the object that finishes the answer.
    private String finishing(List<String> parts, boolean plain) {
        FinishReason reason = finish == null ? FinishReason.STOP : finish.reason();
        var json = new StringBuilder(256).append("{\"candidates\": [{\"content\": {");
        if (!parts.isEmpty()) {
            json.append("\"parts\": [").append(String.join(",", parts)).append("],");
        } else if (!plain) {
            json.append("\"parts\": [{\"text\": \"\"}],");
        }
        json.append("\"role\": \"model\"},\"finishReason\": \"")
                .append(
                        switch (reason) {
                            case STOP, TOOL_CALLS -> "STOP";
                            case LENGTH -> "MAX_TOKENS";
                            case CONTENT_FILTER -> "SAFETY";
                            case PAUSE -> "OTHER";
                        })
                .append("\",\"index\": 0");
        if (called && reason != FinishReason.LENGTH) {
            json.append(",\"finishMessage\": \"Model generated function call(s).\"");
        } else if (!unsaid.names().isEmpty()) {
            json.append(",\"finishMessage\": ");
            JsonText.append(
                    json, "Left out, for lack of a place: " + String.join(", ", unsaid.names()));
        }
        return json.append("}]").toString();
    }

    private void broken(ChatEvent.Broken error, ByteArrayOutputStream out) {
        broken = true;
        open(out);
        JsonText.raw(out, GeminiErrorTypes.json(error.status(), error.code(), error.message()));
        if (array) {
            out.write(']');
        }
        close(out);
    }

    @Override
    public void end(ByteArrayOutputStream out) {
        var parts = new ArrayList<String>();
        finishCalls(parts);
        seal().ifPresent(parts::add);
        open(out);
        JsonText.raw(out, finishing(parts, false));
        tail(out);
        close(out);
        if (array) {
            out.write(']');
        }
    }

    /// Some official SDKs take a comment for broken JSON, so an event without text is sent, as Gemini
    /// does itself. White space between the elements of an array means nothing.
    @Override
    public void ping(ByteArrayOutputStream out) {
        if (broken) {
            return;
        }
        if (array) {
            out.write(CRLF, 0, CRLF.length);
        } else {
            write("{\"text\": \"\"}", out);
        }
    }

    private static final class Call {
        private final ChatEvent.ToolStart start;
        private final StringBuilder arguments = new StringBuilder();

        private Call(ChatEvent.ToolStart start) {
            this.start = start;
        }

        /// The arguments on one line; empty while they are no object.
        private Optional<String> object() {
            if (arguments.isEmpty()) {
                return Optional.of("{}");
            }
            try {
                var tree = Json.read(arguments.toString());
                return tree.isObject() ? Optional.of(Json.text(tree)) : Optional.empty();
            } catch (JacksonException unfinished) {
                return Optional.empty();
            }
        }
    }
}
