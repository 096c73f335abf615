package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HealthPageTest {
    private final House house = House.open();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void an_upstream_is_described_in_the_words_of_all_pages_with_why_and_what_comes_next() {
        house.provider("alpha").fault(new FaultKind.Status(401));
        house.provider("beta").fault(new FaultKind.Status(500));

        for (int i = 0; i < 6; i++) {
            house.chat("auto");
        }

        assertThat(upstream(0).get("status").asString()).isEqualTo("Sign in again");
        assertThat(upstream(0).get("why").asString()).isEqualTo("key rejected");
        assertThat(upstream(0).get("next").asString()).startsWith("Give it a valid key.");
        assertThat(upstream(1).get("status").asString()).isEqualTo("Down");
        assertThat(upstream(1).get("next").asString()).startsWith("One trial call in");
        assertThat(upstream(2).get("status").asString()).isEqualTo("Healthy");
        assertThat(upstream(2).has("why")).isFalse();
    }

    @Test
    void an_outage_stays_to_be_seen_after_it_is_over() {
        assertThat(upstream(0).get("outages").asInt()).isZero();
        assertThat(upstream(0).get("uptime").asDouble()).isEqualTo(1);
        assertThat(upstream(0).has("timeToRecoverMillis")).isFalse();
        assertThat(upstream(0).has("timeBetweenFailuresMillis")).isFalse();

        house.provider("alpha").fault(new FaultKind.Status(500));
        for (int i = 0; i < 6; i++) {
            house.chat("auto");
        }

        assertThat(upstream(0).get("outages").asInt()).isEqualTo(1);
        assertThat(upstream(0).get("uptime").asDouble()).isLessThan(1);
        assertThat(upstream(0).has("timeBetweenFailuresMillis")).isTrue();
        assertThat(upstream(0).get("failurePrediction").asDouble()).isBetween(0.0, 1.0);
        assertThat(upstream(1).get("outages").asInt()).isZero();
    }

    private JsonNode upstream(int index) {
        String page = house.get("/api/health").body();
        return JsonMapper.shared().readTree(page).get("upstreams").get(index);
    }
}
