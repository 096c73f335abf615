package dev.switchgear.server.api.llm.responses.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What a connection reads of a message.
final class SocketRequestTest {
    private static byte[] inLane(String lane) {
        return "{\"type\":\"response.create\",\"stream_id\":\"%s\",\"model\":\"m\"}"
                .formatted(lane)
                .getBytes(UTF_8);
    }

    @Test
    void a_lane_has_a_name_of_so_many_plain_characters() throws Exception {
        for (String lane : List.of("a", "A.b-c_9", "x".repeat(256))) {
            assertThat(SocketRequest.read(inLane(lane)).lane()).isEqualTo(lane);
        }
        for (String lane : List.of("", " ", "a b", "a/b", "\u00e9", "x".repeat(257))) {
            SocketRequest.Unfit unfit =
                    catchThrowableOfType(
                            SocketRequest.Unfit.class, () -> SocketRequest.read(inLane(lane)));
            assertThat(unfit).as(lane).isNotNull();
            assertThat(unfit.problem().word()).isEqualTo("invalid_stream_id");
        }
    }
}
