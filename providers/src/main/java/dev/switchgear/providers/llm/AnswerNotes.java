package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.tokens.TextTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// What matters to the call in the events of an answer. For one thread.
final class AnswerNotes implements Consumer<ChatEvent> {
    private final TextTally tally = new TextTally();
    private boolean token;
    private boolean error;
    private boolean finished;
    private Optional<ChatEvent.Broken> failed = Optional.empty();
    private String model = "";
    private String finish = "";
    private TokenUsage usage = TokenUsage.UNKNOWN;
    private Optional<Money> charge = Optional.empty();

    /// Forgets what was said of the event before.
    void next() {
        token = false;
        error = false;
    }

    @Override
    public void accept(ChatEvent event) {
        switch (event) {
            case ChatEvent.Start start -> model = start.model().isEmpty() ? model : start.model();
            case ChatEvent.Text(String said) -> said(said);
            case ChatEvent.Refusal(String said) -> said(said);
            case ChatEvent.Thinking(String said) -> said(said);
            case ChatEvent.ToolArgs(_, String json) -> said(json);
            case ChatEvent.Signed _,
                    ChatEvent.HiddenThinking _,
                    ChatEvent.ToolStart _,
                    ChatEvent.ToolEnd _,
                    ChatEvent.Made _,
                    ChatEvent.Omitted _ ->
                    token = true;
            case ChatEvent.Usage used -> {
                usage = used.tokens();
                charge = used.charge().isPresent() ? used.charge() : charge;
            }
            case ChatEvent.Finish end -> {
                token = true;
                finished = true;
                finish = end.reason().name().toLowerCase(Locale.ROOT);
            }
            case ChatEvent.Broken broken -> {
                if (broken.byModel()) {
                    token = true;
                    failed = Optional.of(broken);
                    finish = "failed";
                } else {
                    error = true;
                }
            }
            case ChatEvent.Ping _ -> {}
        }
    }

    private void said(String text) {
        token = true;
        tally.add(text);
    }

    /// The answer is whole, and had no events.
    void answered(String named, TokenUsage used) {
        model = named;
        usage = used;
        finished = true;
    }

    boolean token() {
        return token;
    }

    boolean error() {
        return error;
    }

    /// How the model failed in an answer that is otherwise good; empty where it did not.
    Optional<ChatEvent.Broken> failed() {
        return failed;
    }

    boolean finished() {
        return finished;
    }

    String model() {
        return model;
    }

    String finish() {
        return finish;
    }

    TokenUsage usage() {
        return usage;
    }

    /// Tokens of the text so far, as we count them.
    long received(Tokenizer tokenizer) {
        return tally.tokens(tokenizer);
    }

    Optional<Money> charge() {
        return charge;
    }
}
