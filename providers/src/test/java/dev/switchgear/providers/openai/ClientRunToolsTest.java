package dev.switchgear.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which bodies hold tools that are no functions and that the client runs.
final class ClientRunToolsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | true | {'tools':[{'type':'custom','custom':{'name':'c'}}]}",
                "true | true | {'tools':[{'name':'x','type' :\t'custom'}]}",
                "true | false | {'tools':[{'type':'namespace','name':'n','tools':[]}]}",
                "true | false | {'input':[{'type':'additional_tools','tools':[]}]}",
                "true | false | {'input':[{'call_id':'c','type': 'custom_tool_call'}]}",
                "true | false | {'input':[{'type':'local_shell_call_output'}]}",
                "true | false | {'tools':[{'type':'shell'}]}",
                "true | false | {'tools':[{'type':'apply_patch'}]}",
                "true | false | {'tools':[{'type':'tool_search','execution':'client'}]}",
                // Words, and not types.
                "false | false | {'tools':[{'type':'function','name':'custom'}]}",
                "false | false | {'tools':[{'type':'function','name':'apply_patch'}]}",
                "false | false | {'input':'\\'type\\':\\'custom\\''}",
                "false | false | {'kind':'custom','type':'message'}",
                "false | false | {'type':['custom']}",
                "false | false | {'enum':['type','custom']}",
                "false | false | {'enum':['type' , 'shell']}",
                "false | false | {'type':'x','custom':'type'}",
                "false | false | {'mytype':1,'a':'custom'}",
                "false | false | {}",
            })
    void they_are_found_by_their_type(boolean responses, boolean chat, String body) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

        assertThat(ClientRunTools.inResponses(bytes)).isEqualTo(responses);
        assertThat(ClientRunTools.inChat(bytes)).isEqualTo(chat);
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "5", "7", "8", "9", "13"})
    void where_they_stand_makes_no_difference(int before) {
        byte[] body =
                ("{\"m\":\"" + "a".repeat(before) + "\",\"t\":[{\"type\":\"custom\"}]}")
                        .getBytes(StandardCharsets.UTF_8);

        assertThat(ClientRunTools.inChat(body)).isTrue();
        assertThat(ClientRunTools.inResponses(body)).isTrue();
    }
}
