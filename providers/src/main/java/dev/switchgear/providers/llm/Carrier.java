package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.util.List;
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

    /// The answer is whole: tells the client what was used as far as nobody reported it, if it is told
    /// such things.
    ///
    /// @param outputTokens as they were counted by us
    void reckon(long outputTokens);

    /// Bytes held so far, roughly.
    long held();

    /// What of the answer so far has no place in any other dialect, by name.
    List<String> omitted();

    /// The content type of what leaves; empty where events do.
    String contentType(String providers);

    /// Lets go of everything held, and of everything taken since. False: the client has gone.
    boolean release();

    /// Lets go of what was taken; called before the reader's buffer may move. False: the client has
    /// gone.
    boolean flush();

    /// Hands the client an error that broke the answer off, as it came, and what stands behind it.
    ///
    /// @return whether it has got it; false too where the client speaks another dialect
    boolean passError(Pieces pieces);

    String model();

    String finish();

    TokenUsage usage();

    /// Tokens of the text that has come so far, as we count them; 0 where what came was no text.
    long received(Tokenizer tokenizer);

    /// How the provider says the request was served; empty where it does not say so far.
    Optional<Service> service();

    /// What the provider says it charges for that; empty where it does not say so far.
    Optional<Money> charge();
}
