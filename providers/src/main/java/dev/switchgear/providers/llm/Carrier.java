package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.Optional;

/// What is done with one answer: it passes, or is told in the client's dialect. For one thread, once,
/// and either for a whole answer or for the pieces of a stream.
///
/// Until [#release] nothing of a stream leaves: everything is held.
interface Carrier {
    /// Takes an answer in one piece, and makes of it what the client gets. What [#error] and [#usable]
    /// say afterwards is about it.
    Content whole(Operation operation, String contentType, byte[] body) throws MalformedAnswer;

    /// Whether a whole answer is one.
    boolean usable();

    /// Takes the piece that `pieces` stands on. The questions below are about it.
    ///
    /// @param data its data, without white space around it
    void take(Pieces pieces, byte[] data, int from, int to, boolean begun) throws MalformedAnswer;

    /// Takes a piece without data: a comment, a retry hint.
    void takeWithoutData(Pieces pieces);

    boolean token();

    boolean error();

    /// How the model failed in an answer that is otherwise good, where the client has to be told in our
    /// words; empty where it did not, or where the provider's own words pass.
    Optional<ChatEvent.Broken> failed();

    boolean ended();

    /// Whether the model has stopped: what follows its reason is no part of the answer.
    boolean stopped();

    /// The body ended properly: whether the answer is whole.
    boolean wholeAtEnd();

    /// Bytes held so far, roughly.
    long held();

    /// The content type of what leaves; empty where events do.
    String contentType(String providers);

    /// Lets go of everything held, and of everything taken since. False: the client has gone.
    boolean release();

    /// Lets go of what was taken; called before the reader's buffer may move. False: the client has
    /// gone.
    boolean flush();

    String model();

    String finish();

    TokenUsage usage();
}
