package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/// Hands the provider's bytes to a client that speaks the same dialect, as they came.
final class PassingCarrier implements Carrier {
    private final AnswerWatch watch;
    private final PassingSeals seals;
    private final Downstream downstream;
    private final ByteArrayOutputStream held;
    private boolean released;

    /// Pieces that leave with the next write: a part of the reader's buffer.
    private byte[] pending = new byte[0];

    private int pendingFrom;
    private int pendingTo;

    PassingCarrier(AnswerWatch watch, PassingSeals seals, Downstream downstream, boolean streamed) {
        this.watch = watch;
        this.seals = seals;
        this.downstream = downstream;
        this.held = new ByteArrayOutputStream(streamed ? 1024 : 0);
    }

    @Override
    public Content whole(Operation operation, String contentType, byte[] body)
            throws MalformedAnswer {
        watch.whole(operation, body);
        seals.look(body, 0, body.length);
        return new Content.Passed(contentType.isEmpty() ? "application/json" : contentType, body);
    }

    @Override
    public boolean usable() {
        return watch.token();
    }

    @Override
    public void take(Pieces pieces, byte[] data, int from, int to, boolean begun)
            throws MalformedAnswer {
        watch.event(data, from, to, begun);
        seals.look(data, from, to);
        if (watch.error()) {
            // What it means is for the client to be told in our words, if at all.
            return;
        }
        if (!watch.hidden()) {
            keep(pieces);
        } else if (released) {
            cutOff();
        }
    }

    @Override
    public void takeWithoutData(Pieces pieces) {
        keep(pieces);
    }

    private void keep(Pieces pieces) {
        if (!released) {
            held.write(pieces.buffer(), pieces.from(), pieces.to() - pieces.from());
            held.writeBytes(pieces.missing());
            return;
        }
        if (pendingFrom == pendingTo) {
            pending = pieces.buffer();
            pendingFrom = pieces.from();
        }
        pendingTo = pieces.to();
        byte[] missing = pieces.missing();
        if (missing.length > 0) {
            cutOff();
            held.writeBytes(missing);
        }
    }

    /// Parts what is pending from what follows, which does not stand behind it in the buffer.
    private void cutOff() {
        held.write(pending, pendingFrom, pendingTo - pendingFrom);
        pendingFrom = 0;
        pendingTo = 0;
    }

    @Override
    public boolean token() {
        return watch.token();
    }

    @Override
    public boolean error() {
        return watch.error();
    }

    @Override
    public Optional<ChatEvent.Broken> failed() {
        return Optional.empty();
    }

    @Override
    public boolean ended() {
        return watch.ended();
    }

    @Override
    public boolean stopped() {
        return watch.stopped();
    }

    @Override
    public boolean wholeAtEnd() {
        if (!watch.wholeAtEnd()) {
            return false;
        }
        byte[] closing = watch.closing();
        cutOff();
        held.write(closing, 0, closing.length);
        return true;
    }

    /// What passes is as its provider made it.
    @Override
    public void reckon(long outputTokens) {
        // Nothing is told.
    }

    @Override
    public long held() {
        return held.size();
    }

    @Override
    public List<String> omitted() {
        return List.of();
    }

    @Override
    public String contentType(String providers) {
        return providers;
    }

    @Override
    public boolean release() {
        released = true;
        return flush();
    }

    @Override
    public boolean flush() {
        if (!released) {
            return true;
        }
        if (held.size() > 0) {
            byte[] bytes = held.toByteArray();
            held.reset();
            if (!downstream.write(bytes, 0, bytes.length)) {
                return false;
            }
        }
        int length = pendingTo - pendingFrom;
        boolean there = length == 0 || downstream.write(pending, pendingFrom, length);
        pendingFrom = 0;
        pendingTo = 0;
        return there;
    }

    @Override
    public boolean passError(Pieces pieces) {
        keep(pieces);
        return released && flush();
    }

    @Override
    public String model() {
        return watch.model();
    }

    @Override
    public String finish() {
        return watch.finish();
    }

    @Override
    public TokenUsage usage() {
        return watch.usage();
    }

    @Override
    public long received(Tokenizer tokenizer) {
        return watch.received(tokenizer);
    }

    @Override
    public Optional<Service> service() {
        return watch.service();
    }

    @Override
    public Optional<Money> charge() {
        return watch.charge();
    }
}
