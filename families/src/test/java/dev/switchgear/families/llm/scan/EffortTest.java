package dev.switchgear.families.llm.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.InvalidBody;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether a request asks its model to think, in whatever dialect's words.
class EffortTest {
    private static final ScanRules RULES =
            ScanRules.modelInside().with(ScanRules.Use.SETTINGS, "generationConfig");

    private static boolean effort(String field) throws InvalidBody {
        String body = ("{'model':'m'," + field + "}").replace('\'', '"');
        return RequestScan.scan(body.getBytes(StandardCharsets.UTF_8), RULES, ScanLimits.DEFAULT)
                .wishes()
                .effort();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'reasoning_effort':'high'",
                "'reasoning_effort':'minimal'",
                "'reasoning':{'effort':'low','summary':'auto'}",
                "'reasoning':{'max_tokens':2000}",
                "'reasoning':{'enabled':true}",
                "'thinking':{'type':'enabled','budget_tokens':1024}",
                "'thinking':{'type':'adaptive'}",
                "'output_config':{'effort':'max'}",
                "'think':true",
                "'think':'high'",
                "'enable_thinking':true",
                "'thinking_budget':4096",
                "'generationConfig':{'thinkingConfig':{'thinkingBudget':-1}}",
                "'generationConfig':{'thinking_config':{'thinking_level':'HIGH'}}",
            })
    void is_seen(String field) throws InvalidBody {
        assertThat(effort(field)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'temperature':1",
                "'reasoning_effort':null",
                "'reasoning_effort':'none'",
                "'reasoning_effort':'default'",
                "'reasoning':{'summary':'auto'}",
                "'reasoning':{'exclude':true,'effort':'none'}",
                "'thinking':{'type':'disabled'}",
                "'thinking':[{'type':'enabled'}]",
                "'output_config':{'format':{'type':'json_schema','effort':'high'}}",
                "'think':false",
                "'thinking_budget':0",
                "'generationConfig':{'thinkingConfig':{'includeThoughts':true}}",
                "'generationConfig':{'thinkingConfig':{'thinkingBudget':0}}",
                "'metadata':{'reasoning_effort':'high'}",
            })
    void is_not_seen_where_nobody_asks_for_it(String field) throws InvalidBody {
        assertThat(effort(field)).isFalse();
    }
}
