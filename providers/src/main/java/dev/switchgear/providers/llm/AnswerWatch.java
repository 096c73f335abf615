package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.util.Optional;

/// Looks at one answer while its bytes pass: has it begun, is it an error, is it whole? For one
/// thread, once.
public interface AnswerWatch {
    /// Looks at a plain answer.
    void whole(Operation operation, byte[] body) throws MalformedAnswer;

    /// Looks at the data of one event, or one line: without white space around it, never empty. What
    /// [#token], [#error] and [#hidden] say afterwards is about this event.
    ///
    /// @param begun whether a token has come before
    void event(byte[] data, int from, int to, boolean begun) throws MalformedAnswer;

    /// Whether content came, or a reason to finish. Of a plain answer: whether it is usable.
    boolean token();

    /// Whether the provider says that something is wrong.
    boolean error();

    /// Whether the client did not ask for this event, and would not understand it.
    boolean hidden();

    /// Whether the stream's terminal event has come.
    boolean ended();

    /// Whether the model has stopped: its reason has come, and nothing that follows can take the answer
    /// back but an error.
    boolean stopped();

    /// Whether a stream whose body ended properly is whole without more.
    boolean wholeAtEnd();

    /// What the client is owed where the provider left the end out; empty for nothing.
    byte[] closing();

    /// As the provider names it; empty where it did not say so far.
    String model();

    /// In the provider's word or ours; empty where it did not say so far.
    String finish();

    TokenUsage usage();

    /// Tokens of the text in the events so far, as we count them; 0 where it was no text.
    long received(Tokenizer tokenizer);

    /// How the provider says the request was served; empty where it does not say so far.
    Optional<Service> service();

    /// What the provider says it charges for that; empty where it does not say so far.
    Optional<Money> charge();
}
