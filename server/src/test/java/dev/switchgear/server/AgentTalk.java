package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.AgentAnswer.BrokenAnswerException;
import dev.switchgear.server.AgentScript.Enclosed;
import dev.switchgear.server.AgentScript.Order;
import dev.switchgear.server.AgentScript.Step;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/// Leads one agent through the whole script, as its user and its tools, and keeps account.
final class AgentTalk {
    /// How often an agent asks for one turn before it gives up, as Codex does.
    private static final int TRIES_MAX = 6;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Agent agent;
    private final String root;
    private final AgentAuditor auditor;
    private final IntConsumer beforeTurn;
    private final Set<Enclosed> enclosing;
    private final Map<String, Integer> runs = new HashMap<>();
    private final Set<String> calls = new HashSet<>();
    private int turn;
    private long cached;
    private long prompt;
    private int tries;

    /// @param root what the agent's paths are added to
    /// @param enclosing what the providers at hand can be shown
    /// @param beforeTurn is told the number of each turn, from 1, before it is asked for
    AgentTalk(
            Agent agent,
            String root,
            AgentAuditor auditor,
            Set<Enclosed> enclosing,
            IntConsumer beforeTurn) {
        this.agent = agent;
        this.root = root;
        this.auditor = auditor;
        this.enclosing = Set.copyOf(enclosing);
        this.beforeTurn = beforeTurn;
    }

    /// What a whole conversation came to.
    ///
    /// @param cached tokens that providers knew already, of all that were asked
    /// @param tries requests that the agent made
    /// @param first turns that the first provider answered
    record Account(long cached, long prompt, int tries, int first) {}

    Account hold() throws InterruptedException {
        for (Step step : AgentScript.steps()) {
            hold(step);
        }
        assertThat(turn).as("turns").isEqualTo(AgentScript.TURNS);
        assertThat(runs.values()).as(this + ": each tool ran once").containsOnly(1);
        auditor.ended();
        return new Account(cached, prompt, tries, auditor.answered("first"));
    }

    private void hold(Step step) throws InterruptedException {
        Enclosed enclosed =
                enclosing.contains(step.enclosed()) ? step.enclosed() : Enclosed.NOTHING;
        agent.said(step.words(), enclosed);
        auditor.expect(step.mark("user"));
        if (enclosed != Enclosed.NOTHING) {
            auditor.expect(enclosed.mark());
        }
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
        beforeTurn.accept(turn);
        auditor.demand(agent.demands() ? forced : "");
        open();
        String body = agent.request(forced).toString();
        String why = "";
        for (int i = 0; i < TRIES_MAX; i++) {
            tries++;
            try {
                HttpResponse<String> response = send(agent.path(), body);
                if (response.statusCode() == 200) {
                    AgentAnswer answer = agent.hear(response.body());
                    String provider =
                            response.headers().firstValue("x-switchgear-provider").orElse("");
                    auditor.turn(provider, answer);
                    cached += answer.cached();
                    prompt += answer.prompt();
                    return answer;
                }
                why = response.statusCode() + " " + response.body();
                assertThat(response.statusCode())
                        .as(this + ": turn " + turn + " is refused for good: " + why)
                        .satisfiesAnyOf(
                                status -> assertThat(status).isGreaterThanOrEqualTo(500),
                                status -> assertThat(status).isIn(408, 409, 429));
            } catch (IOException | BrokenAnswerException e) {
                why = e.toString();
            }
            auditor.tried();
        }
        throw new AssertionError(
                this + ": turn " + turn + " failed " + TRIES_MAX + " times: " + why);
    }

    private void open() throws InterruptedException {
        Agent.Opening opening = agent.opening().orElse(null);
        if (opening != null) {
            try {
                HttpResponse<String> response = send(opening.path(), opening.body().toString());
                assertThat(response.statusCode())
                        .as(this + ": " + opening.path() + ": " + response.body())
                        .isEqualTo(200);
                agent.opened(Agent.JSON.readTree(response.body()));
            } catch (IOException e) {
                throw new AssertionError(this + ": " + opening.path(), e);
            }
        }
    }

    private HttpResponse<String> send(String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(root + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("content-type", "application/json")
                        .header("anthropic-version", "2023-06-01")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public String toString() {
        return agent + " " + auditor;
    }
}
