package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.Matrix.Feature;
import dev.switchgear.server.Matrix.Target;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What one client made of one provider's answer.
record MatrixCell(Target target, boolean streamed, JsonNode said) {
    private static final String SAID = "Déjà vu — 東京 🚀 back\\slash";
    private static final String TOLD = "31 degrees and dry";

    void understood(Feature feature) {
        assertThat(said.isMissingNode()).as("nothing was asked").isFalse();
        switch (feature) {
            case TEXT -> {
                answered(target.caller().stop());
                assertThat(text()).isEqualTo(SAID);
                if (streamed) {
                    assertThat(said.get("chunks").asInt()).as("pieces").isGreaterThan(3);
                }
            }
            case TOOLS -> called(List.of("Pune"));
            case PARALLEL -> called(List.of("Pune", "Goa"));
            case IMAGE -> {
                answered(target.caller().stop());
                assertThat(text()).startsWith("The image arrived");
            }
            case STRUCTURED -> {
                answered(target.caller().stop());
                JsonNode part = Matrix.json(text());
                assertThat(part.propertyNames()).containsExactly("name", "volts");
                assertThat(part.get("name").isString()).isTrue();
                assertThat(part.get("volts").isIntegralNumber()).isTrue();
            }
            case REASONING -> {
                answered(target.caller().stop());
                assertThat(text()).isEqualTo(SAID);
                thought();
            }
            case REASONING_WITH_TOOLS -> {
                called(List.of("Pune"));
                thought();
            }
            case LENGTH -> {
                answered(target.caller().length());
                assertThat(said.get("output").asInt()).isLessThanOrEqualTo(60);
            }
            case REFUSAL -> refused();
            case UNKNOWN -> failed(404);
            case INVALID -> failed(400);
            case BUSY -> failed(429);
            case DYING ->
                    assertThat(said.path("error").path("message").asString(""))
                            .as("the SDK notices that the stream died: %s", said)
                            .containsPattern(
                                    "broke off(.|\\n)*SG-1207|server had an error|Overloaded|terminated");
        }
    }

    private String text() {
        return said.get("text").asString();
    }

    private void answered(String finish) {
        assertThat(said.path("error").isMissingNode()).as("%s", said).isTrue();
        assertThat(said.get("finish").asString()).as("why it ended").isEqualTo(finish);
        assertThat(said.get("input").asInt()).as("input tokens").isPositive();
        assertThat(said.get("output").asInt()).as("output tokens").isPositive();
    }

    private void called(List<String> cities) {
        answered(target.caller().called());
        var asked = new ArrayList<String>();
        var ids = new ArrayList<String>();
        for (JsonNode call : said.get("calls")) {
            assertThat(call.get("name").asString()).isEqualTo("get_weather");
            assertThat(call.get("arguments").propertyNames()).containsExactly("city");
            asked.add(call.get("arguments").get("city").asString());
            ids.add(call.get("id").asString());
        }
        assertThat(asked).isEqualTo(cities);
        if (target.caller().namesCalls()) {
            assertThat(ids).doesNotHaveDuplicates().doesNotContain("");
        }
        JsonNode then = said.path("then");
        assertThat(then.path("text").asString(""))
                .as("what the model says once it has the result: %s", said)
                .contains(TOLD);
        assertThat(then.get("finish").asString()).isEqualTo(target.caller().stop());
    }

    /// The text of thoughts, wherever the provider shows it and the client can.
    private void thought() {
        if (target.thoughts()) {
            assertThat(said.get("thoughts").asString())
                    .as("thoughts")
                    .contains("The question is about");
        }
        if (target.caller().countsThoughts() && target.provider().countsThoughts()) {
            assertThat(said.path("reasoning").asInt(0)).as("reasoning tokens").isPositive();
        }
    }

    private void refused() {
        assertThat(said.path("error").isMissingNode()).as("%s", said).isTrue();
        boolean words = !said.get("refusal").asString().isEmpty() || !text().isEmpty();
        boolean reason = !said.get("finish").asString("").equals(target.caller().stop());
        assertThat(words || reason).as("the client sees a refusal: %s", said).isTrue();
    }

    private void failed(int status) {
        JsonNode error = said.path("error");
        assertThat(error.path("status").asInt(0)).as("%s", said).isEqualTo(status);
        assertThat(error.get("type").asString()).isEqualTo(target.caller().error(status));
        assertThat(error.get("message").asString()).isNotEmpty();
    }
}
