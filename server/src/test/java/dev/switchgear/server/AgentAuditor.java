package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.provider.SimulatedProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Looks from outside at what providers received of a conversation, in whatever dialect: all of it, in
/// order, each call and each result once, nothing that another account sealed, nothing that the provider
/// had to refuse.
final class AgentAuditor {
    private static final int BODY_MAX = 65_536;

    /// What every thought of the simulated model begins with.
    private static final String THOUGHT = "The question is about";

    /// Headers by which a provider knows who asks; they are remembered by their ends alone.
    private static final Set<String> CREDENTIALS =
            Set.of("authorization", "x-api-key", "x-goog-api-key");

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String name;
    private final List<SimulatedProvider> providers;
    private final List<String> expected = new ArrayList<>();
    private final Map<String, Set<String>> seals = new LinkedHashMap<>();
    private final Map<String, Kept> keptById = new HashMap<>();
    private final Map<String, Integer> answered = new HashMap<>();
    private final Map<String, ReceivedRequest> unserved = new LinkedHashMap<>();
    private List<String> offered = Agent.TOOLS;
    private String demanded = "";
    private int seen;

    /// What an answer or an item of one stands for where it is kept.
    ///
    /// @param provider who keeps it
    private record Kept(String provider, List<String> marks) {}

    AgentAuditor(String name, List<SimulatedProvider> providers) {
        this.name = name;
        this.providers = List.copyOf(providers);
        providers.forEach(SimulatedProvider::forgetRequests);
    }

    /// From now on every request holds `mark` behind all that it held before.
    void expect(String mark) {
        expected.add(mark);
    }

    /// What was said so far need not be sent any more.
    void forget() {
        expected.clear();
    }

    /// A turn was asked for and came to nothing.
    void tried() {
        providers.forEach(this::judge);
        serve();
    }

    /// The conversation is over: whoever still fails is healed, so that nothing remains unjudged.
    void ended() {
        providers.forEach(SimulatedProvider::heal);
        serve();
        assertThat(unserved).as(this + ": judged").isEmpty();
    }

    /// A provider that fails looks at nothing that it is sent. As soon as it is well again it is sent the
    /// same once more, and must find nothing to refuse: no seal of another account above all, known to
    /// its client or not.
    private void serve() {
        for (SimulatedProvider provider : providers) {
            if (!provider.standing().isEmpty()) {
                continue;
            }
            String mine = provider.name() + " ";
            List<ReceivedRequest> healed =
                    unserved.entrySet().stream()
                            .filter(each -> each.getKey().startsWith(mine))
                            .map(Map.Entry::getValue)
                            .toList();
            unserved.keySet().removeIf(each -> each.startsWith(mine));
            for (ReceivedRequest request : healed) {
                assertThat(status(provider, request))
                        .as("%s: %s, well again, refuses %s", this, provider.name(), request.body())
                        .isEqualTo(200);
            }
            provider.forgetRequests();
        }
    }

    private static int status(SimulatedProvider provider, ReceivedRequest request) {
        String query = request.query().isEmpty() ? "" : "?" + request.query();
        URI uri = provider.base().resolve("/" + provider.name() + request.path() + query);
        HttpRequest.Builder again =
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(30))
                        .POST(HttpRequest.BodyPublishers.ofString(request.body()));
        for (Header header : request.headers()) {
            String name = header.name().toLowerCase(Locale.ROOT);
            if (CREDENTIALS.contains(name)) {
                String key = "sk-" + provider.name() + "-0123456789";
                again.setHeader(name, name.equals("authorization") ? "Bearer " + key : key);
            } else if (name.startsWith("anthropic-") || name.equals("content-type")) {
                again.setHeader(name, header.value());
            }
        }
        try {
            return HTTP.send(again.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new AssertionError(uri.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// From now on these tools are offered, and a call is demanded.
    ///
    /// @param demands the tool that must be called; empty for none
    void offers(List<String> tools, String demands) {
        offered = List.copyOf(tools);
        demanded = demands;
    }

    /// A turn was answered whole.
    ///
    /// @param provider who answered; empty where nobody says
    void turn(String provider, AgentAnswer answer) {
        for (SimulatedProvider each : providers) {
            boolean answered = provider.isEmpty() || provider.equals(each.name());
            List<ReceivedRequest> received = judge(each);
            if (answered) {
                assertThat(received).as(this + ": " + each.name() + " was asked").isNotEmpty();
            }
        }
        seals.computeIfAbsent(provider, _ -> new HashSet<>()).addAll(answer.seals());
        keep(provider, answer);
        answered.merge(provider, 1, Integer::sum);
        seen++;
        serve();
    }

    /// Remembers what later requests to the same provider may only name.
    private void keep(String provider, AgentAnswer answer) {
        List<String> whole = new ArrayList<>(expected);
        for (JsonNode item : answer.items()) {
            List<String> marks = AgentReading.of(item).marks();
            whole.addAll(marks);
            keptById.put(item.path("id").asString(""), new Kept(provider, marks));
        }
        keptById.put(answer.id(), new Kept(provider, whole));
    }

    /// What the provider kept under a name; it must be its own.
    private Kept kept(String provider, String id) {
        Kept kept = keptById.get(id);
        assertThat(kept).as(this + ": " + id + ", named to " + provider).isNotNull();
        assertThat(provider.equals(kept.provider()) || kept.provider().isEmpty())
                .as(this + ": " + id + " of " + kept.provider() + ", named to " + provider)
                .isTrue();
        return kept;
    }

    /// How many turns a provider answered.
    int answered(String provider) {
        return answered.getOrDefault(provider, 0);
    }

    /// A call that is demanded is demanded of everybody whose API has a word for it, and no other is.
    private void judgeDemand(ReceivedRequest request, SimulatedProvider by) {
        boolean demands =
                switch (by.settings().kind()) {
                    case OLLAMA -> false;
                    case OPENAI,
                            OPENAI_COMPATIBLE,
                            ANTHROPIC,
                            GEMINI,
                            XAI,
                            DEEPSEEK,
                            OPENROUTER,
                            VLLM,
                            LLAMA_CPP,
                            LM_STUDIO ->
                            true;
                };
        JsonNode body = Agent.JSON.readTree(request.body());
        String choice =
                (body.has("tool_choice") ? body.get("tool_choice") : body.path("toolConfig"))
                        .toString();
        for (String tool : Agent.TOOLS) {
            assertThat(choice.contains(tool))
                    .as(this + ": " + tool + " is demanded by " + choice)
                    .isEqualTo(demands && tool.equals(demanded));
        }
    }

    /// Judges all that came since the last time.
    private List<ReceivedRequest> judge(SimulatedProvider provider) {
        List<ReceivedRequest> asked =
                provider.requests().stream()
                        .filter(request -> request.method().equals("POST"))
                        .toList();
        provider.forgetRequests();
        for (ReceivedRequest request : asked) {
            // A provider that closes the door before it reads is told nothing.
            if (!request.faults().contains("refuse")) {
                judge(provider.name(), request.body(), request.bodyBytes());
                judgeDemand(request, provider);
                if (!request.faults().isEmpty()) {
                    unserved.put(provider.name() + " " + request.body(), request);
                } else {
                    assertThat(request.sent().status().orElse(200))
                            .as(
                                    "%s: %s refused turn %d: %s",
                                    this, provider.name(), seen + 1, request.body())
                            .isEqualTo(200);
                }
            }
        }
        return asked;
    }

    /// What one request of a provider must hold.
    void judge(String provider, String body, long bytes) {
        assertThat(bytes).as("only so much of a body is remembered").isLessThan(BODY_MAX);
        JsonNode request = Agent.JSON.readTree(body);
        String previous = request.path("previous_response_id").asString("");
        List<String> marks = new ArrayList<>();
        if (!previous.isEmpty()) {
            marks.addAll(kept(provider, previous).marks());
        }
        AgentReading reading = AgentReading.of(request, id -> kept(provider, id).marks());
        marks.addAll(reading.marks());
        String what = "%s: what %s got at turn %d".formatted(this, provider, seen + 1);
        assertThat(AgentReading.ordered(marks)).as(what).isEqualTo(AgentReading.ordered(expected));
        assertThat(reading.misplaced()).as(what + " in another's voice").isEmpty();
        boolean whole = previous.isEmpty() && !body.contains("\"item_reference\"");
        assertThat(reading.mismatched(whole)).as(what + " of calls").isEmpty();
        assertThat(reading.texts())
                .as(what + ": thoughts told as words")
                .noneMatch(text -> text.contains(THOUGHT));
        assertThat(reading.texts())
                .as(what + ": the system text, once and whole")
                .filteredOn(text -> text.contains("system-00"))
                .hasSize(1)
                .allMatch(text -> text.contains(AgentScript.SYSTEM));
        // Where nothing else can demand a call, no other tool is offered.
        for (String tool : demanded.isEmpty() ? offered : List.of(demanded)) {
            assertThat(body).as(what + ": " + tool).contains(tool);
        }
        seals.forEach((maker, some) -> {
            if (!maker.equals(provider) && !maker.isEmpty()) {
                for (String seal : some) {
                    assertThat(body)
                            .as(this + ": what " + maker + " sealed, at " + provider)
                            .doesNotContain(seal);
                }
            }
        });
    }

    @Override
    public String toString() {
        return name;
    }
}
