package dev.switchgear.server.api.operate;

import dev.switchgear.families.llm.price.CostBook;
import dev.switchgear.families.llm.price.CostBook.Column;
import dev.switchgear.families.llm.price.CostTotals;
import dev.switchgear.families.llm.price.TokenKind;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.BudgetStatus;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Payer;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.names.SgCode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/// What calls have cost, and how budgets stand: of all clients for an operator, of itself alone for any
/// other client. Thread-safe.
public final class CostRoutes {
    /// More rows than these are counted in the total only.
    private static final int ROWS_MOST = 10_000;

    /// Amounts are written out, not as powers of ten.
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

    private final OwnProtocol protocol = new OwnProtocol();
    private final CostBook book;
    private final Supplier<List<BudgetStatus>> budgets;
    private final Instant since;

    /// @param budgets how all stand
    /// @param since when the books began
    public CostRoutes(CostBook book, Supplier<List<BudgetStatus>> budgets, Instant since) {
        this.book = book;
        this.budgets = budgets;
        this.since = since;
    }

    public List<HttpRoute> routes() {
        return List.of(new HttpRoute("GET", "/api/costs", Access.CLIENT, protocol, this::costs));
    }

    private void costs(Visit visit) {
        CostQuery query;
        try {
            query = CostQuery.of(visit.exchange().query());
        } catch (CostQuery.Unclear unclear) {
            visit.refuse(
                    Problem.of(SgCode.UNUSABLE_REQUEST, "invalid_query", unclear.why())
                            .at(unclear.param()));
            return;
        }
        String self = visit.client().name();
        boolean operator = visit.client().operator();
        if (!operator) {
            if (!query.is().getOrDefault(Column.CLIENT, self).equals(self)) {
                visit.refuse(
                        Problem.of(
                                        SgCode.NOT_ALLOWED,
                                        "operators_only",
                                        "Only an operator may see what other clients spend. `"
                                                + self
                                                + "` is none.")
                                .at("client"));
                return;
            }
            query = query.of(Column.CLIENT, self);
        }
        visit.exchange()
                .respond(
                        visit.head(200, "application/json"),
                        JSON.writeValueAsBytes(body(query, self, operator)));
    }

    private Map<String, Object> body(CostQuery query, String self, boolean operator) {
        Map<List<String>, CostTotals> sums = book.totals(query::fits, query.by());
        var rows = new ArrayList<Map<String, Object>>();
        CostTotals total = CostTotals.NONE;
        for (Map.Entry<List<String>, CostTotals> sum : sums.entrySet()) {
            total = total.plus(sum.getValue());
            if (!query.by().isEmpty() && rows.size() < ROWS_MOST) {
                var row = new LinkedHashMap<String, Object>();
                for (int i = 0; i < query.by().size(); i++) {
                    row.put(CostQuery.word(query.by().get(i)), sum.getKey().get(i));
                }
                row.putAll(told(sum.getValue()));
                rows.add(row);
            }
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("since", since.toString());
        body.put("total", told(total));
        body.put("rows", rows);
        body.put("rowsLeftOut", query.by().isEmpty() ? 0 : sums.size() - rows.size());
        body.put(
                "budgets",
                budgets.get().stream()
                        .filter(status -> operator || status.account().equals(Payer.client(self)))
                        .map(CostRoutes::told)
                        .toList());
        return body;
    }

    private static Map<String, Object> told(CostTotals totals) {
        var told = new LinkedHashMap<String, Object>();
        told.put("attempts", totals.attempts());
        told.put("costUsd", dollars(totals.cost()));
        told.put("estimatedAttempts", totals.estimated());
        told.put("estimatedCostUsd", dollars(totals.estimatedCost()));
        told.put("unpricedAttempts", totals.unpriced());
        told.put("cacheSavedUsd", dollars(totals.cacheGain()));
        told.put("cacheSurchargeUsd", dollars(totals.cacheSurcharge()));
        told.put("tokens", tokens(totals.tokens()));
        return told;
    }

    private static Map<String, Object> tokens(TokenUsage usage) {
        var tokens = new LinkedHashMap<String, Object>();
        for (TokenKind kind : TokenKind.values()) {
            tokens.put(camel(kind), kind.of(usage));
        }
        return tokens;
    }

    /// `cacheRead`
    private static String camel(TokenKind kind) {
        var word = new StringBuilder();
        for (String part : kind.word().split("_", -1)) {
            word.append(
                    word.isEmpty()
                            ? part
                            : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
        }
        return word.toString();
    }

    private static Map<String, Object> told(BudgetStatus status) {
        var told = new LinkedHashMap<String, Object>();
        told.put(
                "of",
                switch (status.account().kind()) {
                    case EVERYBODY -> "all-clients";
                    case CLIENT -> "client";
                    case UPSTREAM -> "key";
                });
        told.put("name", status.account().name());
        told.put("period", status.budget().period().name().toLowerCase(Locale.ROOT));
        told.put("mostUsd", dollars(status.budget().most()));
        told.put("usedUsd", dollars(status.used()));
        told.put("leftUsd", dollars(status.left()));
        told.put("resets", status.resets().toString());
        return told;
    }

    private static BigDecimal dollars(Money money) {
        BigDecimal exact = money.dollars().stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }
}
