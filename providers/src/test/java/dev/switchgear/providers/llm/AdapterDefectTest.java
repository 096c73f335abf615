package dev.switchgear.providers.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.openai.OpenAiProvider;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Where an adapter breaks, it is known whether anything had left, and nothing stays open.
class AdapterDefectTest {
    private static final String STREAM =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";

    private final ManualTime time = new ManualTime();

    /// A client's side that breaks when an answer begins.
    private static final class Broken implements Downstream {
        @Override
        public boolean begin(Opening opening) {
            throw new IllegalStateException("planted");
        }

        @Override
        public boolean write(byte[] bytes, int offset, int length) {
            throw new IllegalStateException("planted");
        }

        @Override
        public boolean tell(ChatEvent event) {
            throw new IllegalStateException("planted");
        }
    }

    private Dispatch<LlmRequest> broken(
            ModelTraits traits, boolean traitsBreak, Downstream downstream, Transport transport) {
        byte[] body =
                "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}"
                        .getBytes(StandardCharsets.UTF_8);
        Call<LlmRequest> call = TestCalls.call(Operation.CHAT, body, downstream, time);
        var place =
                new LlmPlace(
                        Endpoint.parse("https://up.example/v1"),
                        Headers.NONE,
                        _ -> {
                            if (traitsBreak) {
                                throw new IllegalStateException("planted");
                            }
                            return traits;
                        });
        var account =
                new LlmAccount(
                        TestCalls.UPSTREAM,
                        OpenAiProvider.openAi(place, LlmQuirks.NONE),
                        Optional.empty(),
                        transport);
        var upstream = new LlmUpstream(account, Timeouts.DEFAULT, time, Threads.virtual());
        var dispatch =
                new Dispatch<>(
                        new Call<>(
                                "c",
                                call.request(),
                                Deadline.in(Duration.ofMinutes(1), time),
                                true,
                                Rank.NORMAL,
                                0),
                        TestCalls.UPSTREAM,
                        "m",
                        1,
                        time);
        assertThatThrownBy(() -> upstream.send(dispatch)).hasMessage("planted");
        return dispatch;
    }

    @Test
    void before_anything_was_sent() {
        var transport = PlayedTransport.answering(Played.events(STREAM), time);

        Dispatch<LlmRequest> dispatch =
                broken(ModelTraits.UNKNOWN, true, Downstream.NONE, transport);

        assertThat(dispatch.left()).isFalse();
        assertThat(transport.sent()).isEmpty();
    }

    @Test
    void while_it_was_sent() {
        Dispatch<LlmRequest> dispatch =
                broken(
                        ModelTraits.UNKNOWN,
                        false,
                        Downstream.NONE,
                        (_, _, _, _, _) -> {
                            throw new IllegalStateException("planted");
                        });

        assertThat(dispatch.left()).isTrue();
    }

    @Test
    void while_a_stream_was_relayed() {
        var transport = PlayedTransport.answering(Played.events(STREAM), time);

        Dispatch<LlmRequest> dispatch = broken(ModelTraits.UNKNOWN, false, new Broken(), transport);

        assertThat(dispatch.left()).isTrue();
        assertThat(transport.atRest()).as("the exchange is closed").isTrue();
    }
}
