package dev.switchgear.dialects.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

final class JsonTest {
    @Test
    void a_number_beyond_all_bounds_is_not_json() {
        String json = "{\"a\":1e9999999999}";

        assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> Json.read(json));
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(
                        () -> Json.read(json.getBytes(StandardCharsets.UTF_8), 0, json.length()));
    }

    @Test
    void numbers_keep_every_digit() {
        String json = "{\"a\":9007199254740993,\"b\":1.10,\"c\":123456789012345678901234567890}";

        assertThat(Json.text(Json.read(json))).isEqualTo(json);
    }
}
