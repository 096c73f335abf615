package dev.switchgear.dialects.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForeignItemsTest {
    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'type':'reasoning','id':'r','encrypted_content':'theirs'},{'type':'function_call','id':'f','call_id':'c'}"
                        + "| {'type':'function_call','call_id':'c'}",
                "{'type':'reasoning','id':'r','encrypted_content':'theirs'},{'type':'function_call','id':'f','call_id':'c'},{'type':'custom_tool_call','id':'g','call_id':'d'}"
                        + "| {'type':'function_call','call_id':'c'},{'type':'custom_tool_call','call_id':'d'}",
                "{'type':'reasoning','id':'r','encrypted_content':'theirs'},{'role':'user','content':'x'},{'type':'function_call','id':'f'}"
                        + "| {'role':'user','content':'x'},{'type':'function_call','id':'f'}",
                "{'type':'reasoning','encrypted_content':'theirs'},{'type':'reasoning','id':'s','encrypted_content':'mine'},{'type':'function_call','id':'f'},{'new':1.50}"
                        + "| {'type':'reasoning','id':'s','encrypted_content':'mine'},{'type':'function_call','id':'f'},{'new':1.50}",
            })
    void reasoning_that_another_account_sealed_goes_and_calls_do_not_ask_for_it(
            String items, String left) {
        byte[] removed =
                ForeignItems.removed(
                        bytes("{'store':false,'input':[" + items + "]}"), "theirs"::equals);

        assertThat(removed)
                .asString()
                .isEqualTo(
                        new String(
                                bytes("{'store':false,'input':[" + left.strip() + "]}"),
                                StandardCharsets.UTF_8));
    }

    @Test
    void everything_else_passes_as_it_is() {
        for (String body :
                new String[] {
                    "{'input':[{'type':'reasoning','encrypted_content':'mine'}]}",
                    "{'input':[{'type':'reasoning','id':'r','summary':[]}]}",
                    "{'input':'theirs'}",
                    "{'input':[",
                    "7"
                }) {
            byte[] bytes = bytes(body);
            assertThat(ForeignItems.removed(bytes, "theirs"::equals)).isSameAs(bytes);
        }
    }
}
