package dev.switchgear.families.llm.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.InvalidBody;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which requests hold what few servers take.
final class SeldomTest {
    private static Seldom seldom(String body) throws InvalidBody {
        return RequestScan.scan(
                        ("{'model':'m'," + body.substring(1))
                                .replace('\'', '"')
                                .getBytes(StandardCharsets.UTF_8),
                        TestRules.BODY,
                        ScanLimits.DEFAULT)
                .seldom();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | true | {'tools':[{'type':'custom','custom':{'name':'c'}}]}",
                "true | true | {'tools':[{'name':'x','type' :\t'custom'}]}",
                "true | true | {'tools':[{'type':'c\\u0075stom'}]}",
                "true | true | {'tool_choice':{'type':'custom','custom':{'name':'c'}}}",
                "true | true | {'messages':[{'role':'assistant','tool_calls':[{'id':'c','type':'custom'}]}]}",
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
                "false | false | {'type':'x','custom':'type'}",
                "false | false | {'mytype':1,'a':'custom'}",
                "false | false | {'tools':[]}",
            })
    void tools_that_clients_run_are_told_by_their_type(boolean any, boolean custom, String body)
            throws InvalidBody {
        assertThat(seldom(body).clientRunTools()).isEqualTo(any);
        assertThat(seldom(body).customTools()).isEqualTo(custom);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | {'messages':[{'role':'developer','content':'x'},{'role':'user','content':'y'}]}",
                "true | {'messages':[{'role':'user','content':'y'},{'role':'developer','content':'x'}]}",
                "false | {'messages':[{'role':'system','content':'developer'}]}",
                "false | {'messages':[{'role':'user','content':[{'role':'developer'}]}]}",
                "false | {'role':'developer'}",
            })
    void a_developer_is_told_by_the_role_of_a_turn(boolean developer, String body)
            throws InvalidBody {
        assertThat(seldom(body).developer()).isEqualTo(developer);
    }
}
