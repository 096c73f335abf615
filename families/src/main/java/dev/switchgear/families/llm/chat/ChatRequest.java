package dev.switchgear.families.llm.chat;

import dev.switchgear.families.json.Abandoned;
import dev.switchgear.families.llm.Dialect;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What a client asks of a model, in no dialect's words. Immutable; built with [#builder].
///
/// @param model the name the client used
/// @param streamed whether the answer should come in pieces
/// @param parallelTools whether several tools may be called at once; empty where not said
/// @param maxOutputTokens reasoning included; empty where not said
/// @param stop texts at which to stop
/// @param user an opaque name of the end user; empty where not said
/// @param answers how many answers are wanted; 1 or more
/// @param extras what only the client's own dialect knows
/// @param asked the client's dialect, whose the extras are; [Dialect#OWN] where not said
/// @param wishes about the form of the answer
public record ChatRequest(
        String model,
        boolean streamed,
        List<Turn> turns,
        List<Tool> tools,
        ToolChoice toolChoice,
        Optional<Boolean> parallelTools,
        AnswerFormat format,
        OptionalLong maxOutputTokens,
        Sampling sampling,
        List<String> stop,
        ReasoningWish reasoning,
        Optional<String> user,
        int answers,
        List<Extra> extras,
        Dialect asked,
        Set<AnswerWish> wishes) {
    public ChatRequest {
        turns = List.copyOf(turns);
        tools = List.copyOf(tools);
        stop = List.copyOf(stop);
        extras = List.copyOf(extras);
        wishes = Set.copyOf(wishes);
    }

    public static Builder builder(String model) {
        return new Builder(model);
    }

    /// This request with other turns.
    public ChatRequest withTurns(List<Turn> others) {
        Builder copy = copy();
        copy.turns.clear();
        copy.turns.addAll(others);
        return copy.build();
    }

    /// This request with other tools and another choice of them.
    public ChatRequest withTools(List<Tool> others, ToolChoice choice) {
        Builder copy = copy().toolChoice(choice);
        copy.tools.clear();
        copy.tools.addAll(others);
        return copy.build();
    }

    /// This request for an answer of another form.
    public ChatRequest withFormat(AnswerFormat other) {
        return copy().format(other).build();
    }

    /// This request with other fields that only the client's dialect knows.
    public ChatRequest withExtras(List<Extra> others) {
        Builder copy = copy();
        copy.extras.clear();
        copy.extras.addAll(others);
        return copy.build();
    }

    private Builder copy() {
        var copy = new Builder(model);
        copy.streamed = streamed;
        copy.turns.addAll(turns);
        copy.tools.addAll(tools);
        copy.toolChoice = toolChoice;
        copy.parallelTools = parallelTools;
        copy.format = format;
        copy.maxOutputTokens = maxOutputTokens;
        copy.sampling = sampling;
        copy.stop = stop;
        copy.reasoning = reasoning;
        copy.user = user;
        copy.answers = answers;
        copy.extras.addAll(extras);
        copy.asked = asked;
        copy.wishes.addAll(wishes);
        return copy;
    }

    /// Collects a request field by field. For one thread.
    public static final class Builder {
        /// Turns and tools between two looks: one less than a power of two.
        private static final int LOOK = 255;

        private final String model;
        private boolean streamed;
        private int steps;

        /// Those before the last, which is open: what follows may join it. Thousands may, so it is
        /// made once they have.
        private final List<Turn> turns = new ArrayList<>();

        private Role role = Role.SYSTEM;
        private final List<Part> open = new ArrayList<>();
        private boolean begun;
        private final List<Tool> tools = new ArrayList<>();
        private ToolChoice toolChoice = new ToolChoice.Unsaid();
        private Optional<Boolean> parallelTools = Optional.empty();
        private AnswerFormat format = new AnswerFormat.Text();
        private OptionalLong maxOutputTokens = OptionalLong.empty();
        private Sampling sampling = Sampling.UNSAID;
        private List<String> stop = List.of();
        private ReasoningWish reasoning = ReasoningWish.UNSAID;
        private Optional<String> user = Optional.empty();
        private int answers = 1;
        private final List<Extra> extras = new ArrayList<>();
        private Dialect asked = Dialect.OWN;
        private final Set<AnswerWish> wishes = EnumSet.noneOf(AnswerWish.class);

        private Builder(String model) {
            this.model = model;
        }

        public Builder streamed(boolean value) {
            streamed = value;
            return this;
        }

        /// Adds a turn, its thoughts where they stood; its parts join those of the turn before if the
        /// role is the same.
        public Builder turn(Role role, List<Part> parts) {
            step();
            if (!begun || this.role != role) {
                close();
                this.role = role;
                begun = true;
            }
            open.addAll(Placing.placed(parts));
            return this;
        }

        /// Looks now and then whether anybody still waits; what is small is finished in any case.
        private void step() {
            if ((++steps & LOOK) == 0) {
                Abandoned.check();
            }
        }

        private void close() {
            if (begun) {
                turns.add(new Turn(role, open));
                open.clear();
                begun = false;
            }
        }

        public Builder tool(Tool tool) {
            step();
            tools.add(tool);
            return this;
        }

        public Builder toolChoice(ToolChoice value) {
            toolChoice = value;
            return this;
        }

        public Builder parallelTools(boolean value) {
            parallelTools = Optional.of(value);
            return this;
        }

        public Builder format(AnswerFormat value) {
            format = value;
            return this;
        }

        public Builder maxOutputTokens(long value) {
            maxOutputTokens = OptionalLong.of(value);
            return this;
        }

        public Builder sampling(Sampling value) {
            sampling = value;
            return this;
        }

        public Builder stop(List<String> value) {
            stop = value;
            return this;
        }

        public Builder reasoning(ReasoningWish value) {
            reasoning = value;
            return this;
        }

        public Builder user(String value) {
            user = Optional.of(value);
            return this;
        }

        public Builder answers(int value) {
            answers = value;
            return this;
        }

        public Builder extra(String field, JsonNode value) {
            extras.add(new Extra(field, value));
            return this;
        }

        public Builder asked(Dialect value) {
            asked = value;
            return this;
        }

        public Builder wish(AnswerWish wish) {
            wishes.add(wish);
            return this;
        }

        public ChatRequest build() {
            close();
            return new ChatRequest(
                    model,
                    streamed,
                    turns,
                    tools,
                    toolChoice,
                    parallelTools,
                    format,
                    maxOutputTokens,
                    sampling,
                    stop,
                    reasoning,
                    user,
                    answers,
                    extras,
                    asked,
                    wishes);
        }
    }
}
