package dev.switchgear.server.api.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.families.llm.price.CostBook.Column;
import org.junit.jupiter.api.Test;

class CostQueryTest {
    @Test
    void names_are_read_as_they_were_meant() throws CostQuery.Unclear {
        CostQuery query =
                CostQuery.of("model=meta%2Fllama+3&group=model&group=day,model&from=2026-01-02");

        assertThat(query.is()).containsOnlyKeys(Column.MODEL).containsValue("meta/llama 3");
        assertThat(query.by()).containsExactly(Column.MODEL, Column.DAY);
        assertThat(query.from()).hasToString("Optional[2026-01-02]");
        assertThat(query.to()).isEmpty();
        assertThat(query.of(Column.MODEL, "other").is()).containsEntry(Column.MODEL, "other");
    }

    @Test
    void what_is_not_encoded_as_it_should_be_is_unclear() {
        assertThatThrownBy(() -> CostQuery.of("client=%zz"))
                .isInstanceOf(CostQuery.Unclear.class)
                .hasMessageContaining("percent-encoded");
    }
}
