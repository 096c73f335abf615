package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.door.RawClient;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever is written where a path leaves a part open, the gateway does not break.
class OddPathsTest {
    private static final House HOUSE = House.open();

    private static final List<String> STEMS =
            List.of(
                    "/v1/responses/",
                    "/v1/conversations/",
                    "/v1/models/",
                    "/anthropic/v1/models/",
                    "/v1beta/models/",
                    "/genai/v1beta/models/",
                    "/openai/deployments/",
                    "/api/providers/",
                    "/api/admin/switches/");

    private static final List<String> RESTS =
            List.of(
                    "",
                    "/",
                    "//",
                    "/cancel",
                    "cancel",
                    "cancel/",
                    "x/cancel/",
                    "//cancel",
                    "/input_items",
                    "input_items",
                    "x/input_items//",
                    "/items",
                    "x/items/",
                    "x//items//",
                    "x/items/y/z",
                    "/test",
                    "test",
                    ":",
                    ":generateContent",
                    "x:",
                    "/chat/completions",
                    "chat/completions",
                    "%",
                    "%2f",
                    "%00",
                    "%ff",
                    "x%2Fcancel",
                    ".",
                    "..",
                    "?",
                    "x?stream=&starting_after=-1",
                    "compact");

    private static Stream<String> asked() {
        return STEMS.stream()
                .flatMap(stem ->
                        RESTS.stream()
                                .flatMap(rest ->
                                        Stream.of("GET", "POST", "PUT", "DELETE")
                                                .map(method -> method + " " + stem + rest)));
    }

    @AfterAll
    static void close() {
        HOUSE.close();
    }

    @ParameterizedTest
    @MethodSource("asked")
    void an_odd_path_is_answered_with_what_is_wrong_with_it(String line) throws IOException {
        try (var client = new RawClient(HOUSE.port())) {
            client.send(
                    line
                            + " HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer x\r\n"
                            + "content-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
            String first = client.readUntil("\r\n");
            assertThat(first).matches("HTTP/1.1 [234]\\d\\d [^\r\n]*\\R");
        }
    }
}
