package dev.switchgear.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which bodies of chat name a call by more than is taken.
final class LongToolIdsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | {'role':'user'},{'role':'tool','tool_call_id':'12345'}",
                "true | {'role':'user'},{'role':'tool','tool_call_id' : '12345'}",
                "true | {'role':'user'},{'role':'tool','tool_call_id':'1'},{'role':'tool','tool_call_id':'12345'}",
                "true | {'role':'tool','tool_call_id':'12345'},{'role':'user'}",
                "true | {'role':'assistant'},{'role':'tool','tool_call_id':'12345'}",
                "false | {'role':'user'},{'role':'tool','tool_call_id':'1234'}",
                "false | {'role':'user'},{'role':'tool','call_id':'12345'}",
                "false | {'role':'user'},{'role':'tool','tool_call_id':'",
            })
    void results_with_long_ids_are_found_wherever_they_stand(boolean there, String turns)
            throws Exception {
        String whole = turns.endsWith("'") ? turns + "'}" : turns;
        byte[] body =
                ("{'model':'m','messages':[" + whole + "]}")
                        .replace('\'', '"')
                        .getBytes(StandardCharsets.UTF_8);

        assertThat(
                        LongToolIds.in(
                                RequestScan.scan(
                                        body,
                                        new OpenAiClientDialect().scanRules(),
                                        ScanLimits.DEFAULT),
                                4))
                .isEqualTo(there);
    }
}
