package dev.switchgear.families.llm.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.scan.ScanRules.Use;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElsewhereTest {
    private static final ScanRules RULES =
            ScanRules.modelInside()
                    .with(Use.INPUT, "input")
                    .with(Use.ELSEWHERE, "previous_response_id", "conversation")
                    .with(Use.THREAD, "thread")
                    .with(Use.STORE, "store")
                    .with(Use.BACKGROUND, "background");

    private static Elsewhere scan(String more) throws InvalidBody {
        byte[] body = ("{\"model\":\"m\"," + more + "}").getBytes(UTF_8);
        return RequestScan.scan(body, RULES, ScanLimits.DEFAULT).elsewhere();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"input\":\"hi\" | false",
                "\"input\":[{\"role\":\"user\",\"content\":\"item_reference\"}] | false",
                "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"item_reference\"}]}] | false",
                "\"input\":[{\"type\":\"function_call\",\"id\":\"a\"}] | false",
                "\"input\":[{\"type\":\"image_generation\",\"id\":\"a\"}] | false",
                "\"input\":[{\"type\":\"item_reference\",\"id\":\"a\"}] | true",
                "\"input\":[{\"type\":\"item\\u005freference\",\"id\":\"a\"}] | true",
                "\"input\":[{\"id\":\"a\"}] | true",
                "\"input\":[{\"id\":\"a\",\"type\":null}] | true",
                "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\"}]},{\"id\":\"a\"}] | true",
                "\"previous_response_id\":\"a\" | true",
                "\"previous_response_id\":null | false",
                "\"conversation\":{\"id\":\"a\"} | true",
                "\"conversation\":\"a\" | true",
                "\"conversation\":null | false",
                "\"metadata\":{\"previous_response_id\":\"a\"} | false"
            })
    void what_is_referred_to_is_seen_and_nothing_else(String more, boolean referred)
            throws InvalidBody {
        assertThat(scan(more).referred()).isEqualTo(referred);
    }

    @Test
    void a_conversation_that_its_provider_keeps_is_seen() throws InvalidBody {
        assertThat(scan("\"thread\":{\"type\":\"create\"}").threaded()).isTrue();
        assertThat(scan("\"thread\":null").threaded()).isFalse();
        assertThat(scan("\"x\":{\"thread\":1}").threaded()).isFalse();
    }

    @Test
    void whether_to_keep_and_whether_to_wait_is_read() throws InvalidBody {
        assertThat(scan("\"store\":false").store()).isEqualTo(Optional.of(false));
        assertThat(scan("\"store\":true").store()).isEqualTo(Optional.of(true));
        assertThat(scan("\"store\":null").store()).isEmpty();
        assertThat(scan("\"x\":1").store()).isEmpty();
        assertThat(scan("\"background\":true").background()).isTrue();
        assertThat(scan("\"background\":false").background()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"input\": \"é hi\" ,\"x\":1 | \"é hi\"",
                "\"x\":[1], \"input\":[{\"role\":\"user\",\"content\":\"]\"}] | [{\"role\":\"user\",\"content\":\"]\"}]"
            })
    void the_input_is_found_to_the_byte(String more, String input) throws InvalidBody {
        byte[] body = ("{\"model\":\"m\"," + more + "}").getBytes(UTF_8);
        Elsewhere found = scan(more);

        assertThat(new String(body, found.inputFrom(), found.inputTo() - found.inputFrom(), UTF_8))
                .isEqualTo(input);
    }
}
