package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.AgentScript.Enclosed;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.provider.SimulatedProvider;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Looks from outside at what providers received of a conversation, in whatever dialect: all of it, in
/// order, each call and each result once, nothing that another account sealed, nothing that the provider
/// had to refuse.
final class AgentAuditor {
    private static final Pattern MARK =
            Pattern.compile("\\b(?:user|call|result|answer|summary)-\\d\\d[a-z]?\\b");

    /// What leads the simulated model, and is no part of what happened.
    private static final Pattern LEADING = Pattern.compile("\\[call [^]]*]|Say \"[^\"]*\"");

    private static final int BODY_MAX = 65_536;

    /// Where thoughts stand, whose words repeat what they are about.
    private static final Set<String> THOUGHTS =
            Set.of("reasoning", "reasoning_content", "reasoning_details", "thinking");

    private final String name;
    private final List<SimulatedProvider> providers;
    private final List<String> expected = new ArrayList<>();
    private final Set<Enclosed> shown = new HashSet<>();
    private final Map<String, Set<String>> seals = new LinkedHashMap<>();
    private final Map<String, Kept> keptById = new HashMap<>();
    private final Map<String, Integer> answered = new HashMap<>();
    private int seen;

    /// What an answer or an item of one stands for where it is kept.
    ///
    /// @param provider who keeps it
    private record Kept(String provider, List<String> marks, Set<Enclosed> shown) {}

    AgentAuditor(String name, List<SimulatedProvider> providers) {
        this.name = name;
        this.providers = List.copyOf(providers);
        providers.forEach(SimulatedProvider::forgetRequests);
    }

    /// From now on every request holds `mark` behind all that it held before.
    void expect(String mark) {
        expected.add(mark);
    }

    void enclosed(Enclosed what) {
        shown.add(what);
    }

    /// What was said so far need not be sent any more.
    void forget() {
        expected.clear();
        shown.clear();
    }

    /// A turn was asked for and came to nothing.
    void tried() {
        providers.forEach(this::judge);
    }

    /// A turn was answered whole.
    ///
    /// @param provider who answered; empty where nobody says
    /// @param forced the tool that was demanded; empty for none
    void turn(String provider, AgentAnswer answer, String forced) {
        for (SimulatedProvider each : providers) {
            boolean answered = provider.isEmpty() || provider.equals(each.name());
            List<ReceivedRequest> received = judge(each);
            if (answered) {
                assertThat(received).as(this + ": " + each.name() + " was asked").isNotEmpty();
                assertForced(received.getLast(), each, forced);
            }
        }
        seals.computeIfAbsent(provider, _ -> new HashSet<>()).addAll(answer.seals());
        keep(provider, answer);
        answered.merge(provider, 1, Integer::sum);
        seen++;
    }

    /// Remembers what later requests to the same provider may only name.
    private void keep(String provider, AgentAnswer answer) {
        List<String> whole = new ArrayList<>(expected);
        for (JsonNode item : answer.items()) {
            List<String> marks = marks(texts(item));
            whole.addAll(marks);
            keptById.put(item.path("id").asString(""), new Kept(provider, marks, Set.of()));
        }
        keptById.put(answer.id(), new Kept(provider, whole, EnumSet.copyOf(withNothing(shown))));
    }

    private static Set<Enclosed> withNothing(Set<Enclosed> some) {
        Set<Enclosed> all = EnumSet.of(Enclosed.NOTHING);
        all.addAll(some);
        return all;
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

    private void assertForced(ReceivedRequest request, SimulatedProvider by, String forced) {
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
                            !forced.isEmpty();
                };
        if (demands) {
            JsonNode body = Agent.JSON.readTree(request.body());
            JsonNode choice =
                    body.has("tool_choice") ? body.get("tool_choice") : body.path("toolConfig");
            assertThat(choice.toString()).as(this + ": the demanded call").contains(forced);
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
                if (request.faults().isEmpty()) {
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
        Set<Enclosed> there = EnumSet.of(Enclosed.NOTHING);
        if (!previous.isEmpty()) {
            Kept kept = kept(provider, previous);
            marks.addAll(kept.marks());
            there.addAll(kept.shown());
        }
        List<String> texts = texts(referred(provider, request));
        marks.addAll(marks(texts));
        assertThat(marks)
                .as(this + ": what " + provider + " got at turn " + (seen + 1))
                .isEqualTo(expected);
        assertThat(texts)
                .as(this + ": the system text, once")
                .filteredOn(text -> text.contains("system-00"))
                .hasSize(1);
        assertShown(provider, texts, there);
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

    /// The request with the items themselves where it names them.
    private JsonNode referred(String provider, JsonNode request) {
        JsonNode copy = request.deepCopy();
        for (JsonNode item : copy.path("input")) {
            if (item.path("type").asString("").equals("item_reference")) {
                String id = item.path("id").asString("");
                ((ObjectNode) item).put("stands-for", String.join(" ", kept(provider, id).marks()));
            }
        }
        return copy;
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        collect(node, texts);
        return texts;
    }

    private static List<String> marks(List<String> texts) {
        List<String> marks = new ArrayList<>();
        for (String text : texts) {
            Matcher mark = MARK.matcher(LEADING.matcher(text).replaceAll(""));
            while (mark.find()) {
                marks.add(mark.group());
            }
        }
        return marks;
    }

    /// @param there what the provider was shown before
    private void assertShown(String provider, List<String> texts, Set<Enclosed> there) {
        Set<Enclosed> missing = EnumSet.copyOf(withNothing(shown));
        missing.removeAll(there);
        for (Enclosed what : missing) {
            List<String> forms =
                    switch (what) {
                        case NOTHING -> List.of();
                        case PICTURE -> List.of(AgentScript.PICTURE);
                        case FILE ->
                                List.of(AgentScript.FILE, AgentOfChat.base64(AgentScript.FILE));
                    };
            if (!forms.isEmpty()) {
                assertThat(texts)
                        .as(this + ": the " + what + " at " + provider)
                        .anyMatch(text -> forms.stream().anyMatch(text::contains));
            }
        }
    }

    /// Every text in its order, but for thoughts.
    private static void collect(JsonNode node, List<String> texts) {
        if (node.isString()) {
            texts.add(node.stringValue());
        }
        if (node.isArray()) {
            node.forEach(child -> collect(child, texts));
        }
        boolean thought =
                THOUGHTS.contains(node.path("type").asString(""))
                        || node.path("thought").asBoolean(false);
        if (node.isObject() && !thought) {
            node.properties()
                    .forEach(field -> {
                        if (!THOUGHTS.contains(field.getKey())) {
                            collect(field.getValue(), texts);
                        }
                    });
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
