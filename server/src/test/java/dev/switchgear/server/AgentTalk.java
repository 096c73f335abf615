package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.AgentAnswer.BrokenAnswerException;
import dev.switchgear.server.AgentScript.Enclosed;
import dev.switchgear.server.AgentScript.Order;
import dev.switchgear.server.AgentScript.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Leads one agent through the whole script, as its user and its tools, and keeps account.
final class AgentTalk {
    /// How often an agent asks for one turn before it gives up, as Codex does.
    private static final int TRIES_MAX = 6;

    private static final Duration BUSY_MAX = Duration.ofSeconds(5);

    private final Agent agent;
    private final AgentLine line;
    private final AgentAuditor auditor;
    private final AgentTrouble trouble;
    private final Set<Enclosed> enclosing;
    private final Map<String, Integer> runs = new HashMap<>();
    private final Set<String> calls = new HashSet<>();
    private int turn;
    private long cached;
    private long prompt;
    private int tries;

    /// @param root what the agent's paths are added to
    /// @param enclosing what the providers at hand can be shown
    /// @param trouble what befalls the conversation
    AgentTalk(
            Agent agent,
            String root,
            AgentAuditor auditor,
            Set<Enclosed> enclosing,
            AgentTrouble trouble) {
        this.agent = agent;
        this.line = agent.line(root);
        this.auditor = auditor;
        this.enclosing = Set.copyOf(enclosing);
        this.trouble = trouble;
    }

    /// What a whole conversation came to.
    ///
    /// @param cached tokens that providers knew already, of all that were asked
    /// @param tries requests that the agent made
    /// @param first turns that the first provider answered
    record Account(long cached, long prompt, int tries, int first) {}

    Account hold() throws InterruptedException {
        try (line) {
            for (Step step : AgentScript.steps()) {
                hold(step);
            }
        } catch (IOException e) {
            throw new AssertionError(this + ": leaving", e);
        }
        assertThat(turn).as("turns").isEqualTo(AgentScript.TURNS);
        assertThat(runs.values()).as(this + ": each tool ran once").containsOnly(1);
        auditor.ended();
        return new Account(cached, prompt, tries, auditor.answered("first"));
    }

    private void hold(Step step) throws InterruptedException {
        if (step.compacts() && agent.isCompacted()) {
            compact(step);
            return;
        }
        Enclosed enclosed =
                enclosing.contains(step.enclosed()) ? step.enclosed() : Enclosed.NOTHING;
        agent.said(step.words(), enclosed);
        expectSaid(step);
        for (int i = 0; i < step.rounds().size(); i++) {
            List<Order> round = step.rounds().get(i);
            boolean forced = step.forced() && i == 0;
            AgentAnswer answer = ask(forced ? round.getFirst().tool() : "");
            assertThat(answer.calls())
                    .as(this + ": calls of turn " + turn + ": " + answer)
                    .hasSameSizeAs(round);
            List<String> results = new ArrayList<>();
            for (int j = 0; j < round.size(); j++) {
                results.add(run(round.get(j), answer.calls().get(j)));
                auditor.expect(round.get(j).mark());
            }
            for (Order order : round) {
                auditor.expect(order.result());
            }
            if (i + 1 < step.rounds().size()) {
                String next = Step.words(step.rounds().get(i + 1)).strip();
                results.set(0, results.getFirst() + " " + next);
            }
            agent.ran(answer.calls(), results);
        }
        AgentAnswer last = ask("");
        assertThat(last.calls()).as(this + ": turn " + turn + " calls nothing").isEmpty();
        assertThat(last.text()).as(this + ": what turn " + turn + " says").isEqualTo(step.answer());
        if (step.compacts()) {
            agent.compacted(last.text());
            auditor.forget();
            auditor.expect(step.mark("summary"));
        } else {
            auditor.expect(step.mark("answer"));
        }
    }

    private void expectSaid(Step step) {
        auditor.expect(step.mark("user"));
        if (step.enclosed() != Enclosed.NOTHING && enclosing.contains(step.enclosed())) {
            auditor.expect(step.enclosed().mark());
        }
    }

    /// Has all of it put into one item by whoever answers: the user's words remain beside it.
    private void compact(Step step) throws InterruptedException {
        agent.compacting();
        AgentAnswer answer = ask("");
        assertThat(answer.calls()).as(this + ": turn " + turn + " calls nothing").isEmpty();
        auditor.forget();
        AgentScript.steps().stream()
                .filter(before -> before.number() < step.number())
                .forEach(this::expectSaid);
        auditor.expect(AgentScript.SUMMED_UP);
    }

    /// Runs a tool once more.
    private String run(Order order, AgentAnswer.Call call) {
        assertThat(call.name()).as(this + ": tool of turn " + turn).isEqualTo(order.tool());
        assertThat(call.argument()).as(this + ": turn " + turn).contains(order.mark());
        assertThat(call.id().isEmpty() || calls.add(call.id()))
                .as(this + ": another call is called " + call.id())
                .isTrue();
        runs.merge(order.mark(), 1, Integer::sum);
        return order.result();
    }

    private AgentAnswer ask(String forced) throws InterruptedException {
        turn++;
        trouble.before(turn);
        auditor.offers(agent.tools(), agent.demands() ? forced : "");
        open();
        leave(forced);
        String why = "";
        for (int i = 0; i < TRIES_MAX; i++) {
            tries++;
            try {
                AgentLine.Heard heard = heard(forced);
                if (heard.status() == 200) {
                    AgentAnswer answer = agent.hear(heard.body());
                    auditor.turn(heard.provider(), answer);
                    cached += answer.cached();
                    prompt += answer.prompt();
                    return answer;
                }
                why = heard.status() + " " + heard.body();
                assertThat(heard.status())
                        .as(this + ": turn " + turn + " is refused for good: " + why)
                        .satisfiesAnyOf(
                                status -> assertThat(status).isGreaterThanOrEqualTo(500),
                                status -> assertThat(status).isIn(408, 409, 429));
            } catch (IOException | BrokenAnswerException e) {
                why = e.toString();
            }
            failed();
        }
        throw new AssertionError(
                this + ": turn " + turn + " failed " + TRIES_MAX + " times: " + why);
    }

    private void leave(String forced) throws InterruptedException {
        AgentLine.Underway underway = trouble.leaves(turn).orElse(null);
        if (underway != null) {
            try {
                line.leave(agent.path(), agent.request(forced).toString(), underway);
            } catch (IOException e) {
                throw new AssertionError(this + ": leaving at turn " + turn, e);
            }
            trouble.left();
            failed();
        }
    }

    /// A conversation may still be busy with a turn that nobody waits for any more: its end is waited for.
    private AgentLine.Heard heard(String forced) throws IOException, InterruptedException {
        long end = System.nanoTime() + BUSY_MAX.toNanos();
        while (true) {
            AgentLine.Heard heard = line.ask(agent.path(), agent.request(forced).toString());
            if (heard.status() != 409 || System.nanoTime() - end > 0) {
                return heard;
            }
        }
    }

    private void failed() {
        try {
            line.close();
        } catch (IOException e) {
            throw new AssertionError(this + ": leaving", e);
        }
        agent.failed();
        auditor.tried();
    }

    private void open() throws InterruptedException {
        Agent.Opening opening = agent.opening().orElse(null);
        if (opening != null) {
            try {
                AgentLine.Heard heard = line.ask(opening.path(), opening.body().toString());
                assertThat(heard.status())
                        .as(this + ": " + opening.path() + ": " + heard.body())
                        .isEqualTo(200);
                agent.opened(heard.body());
            } catch (IOException | BrokenAnswerException e) {
                throw new AssertionError(this + ": " + opening.path(), e);
            }
        }
    }

    @Override
    public String toString() {
        return agent + " " + auditor;
    }
}
