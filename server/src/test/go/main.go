// Command clients asks a gateway through client libraries for Go, plain and streamed, and says in one
// line of JSON what the library made of the answers.
//
//	clients go-openai '{"base":…,"key":…,"models":[…]}'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

const (
	saying = "Say \"Déjà vu — 東京 🚀\""
	cities = "How is the weather in Pune and in Goa?"
	story  = "Tell a story of 300 words"
	told   = "31 degrees and dry"
)

type given struct {
	Base string `json:"base"`
	Key  string `json:"key"`
	// Each is asked everything but for the failures.
	Models []string `json:"models"`
	// Questions for these fail: nobody has the model, its provider refuses, its stream breaks off.
	Missing string `json:"missing"`
	Sick    string `json:"sick"`
	Dying   string `json:"dying"`
}

type question struct {
	model  string
	prompt string
	// Whether the weather may be looked up.
	tools bool
	// What answered before, whose calls are answered with `told`.
	after *said
}

type call struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

type said struct {
	Text   string `json:"text"`
	Finish string `json:"finish"`
	Input  int64  `json:"input"`
	Output int64  `json:"output"`
	Calls  []call `json:"calls"`
	Then   *said  `json:"then,omitempty"`
	Error  *fault `json:"error,omitempty"`
	// The answer in the library's own words, for the next question.
	exchange any
}

type fault struct {
	Type    string `json:"type"`
	Status  int    `json:"status"`
	Message string `json:"message"`
}

type library struct {
	ask func(ctx context.Context, asked question, streamed bool) (said, error)
	// What the library makes of an error: its status, where it knows one.
	status func(err error) int
	more   map[string]func(ctx context.Context, model string) (any, error)
}

func weather() map[string]any {
	return map[string]any{
		"type":       "object",
		"properties": map[string]any{"city": map[string]any{"type": "string"}},
		"required":   []string{"city"},
	}
}

func (l library) failure(err error) *fault {
	return &fault{Type: fmt.Sprintf("%T", err), Status: l.status(err), Message: err.Error()}
}

// Asks, and where tools were called answers those calls and hears what is said then.
func (l library) heard(ctx context.Context, asked question, streamed bool) said {
	first, err := l.ask(ctx, asked, streamed)
	if err != nil {
		first.Error = l.failure(err)
		return first
	}
	if asked.tools {
		asked.after = &first
		then, err := l.ask(ctx, asked, streamed)
		if err != nil {
			then.Error = l.failure(err)
		}
		first.Then = &then
	}
	return first
}

func (l library) both(ctx context.Context, asked question) map[string]said {
	return map[string]said{
		"plain":    l.heard(ctx, asked, false),
		"streamed": l.heard(ctx, asked, true),
	}
}

func (l library) all(ctx context.Context, g given) map[string]any {
	result := map[string]any{}
	for _, model := range g.Models {
		one := map[string]any{
			"text":  l.both(ctx, question{model: model, prompt: saying}),
			"tools": l.both(ctx, question{model: model, prompt: cities, tools: true}),
		}
		for name, does := range l.more {
			did, err := does(ctx, model)
			if err != nil {
				did = map[string]any{"error": l.failure(err)}
			}
			one[name] = did
		}
		result[model] = one
	}
	result["missing"] = l.both(ctx, question{model: g.Missing, prompt: saying})
	result["sick"] = l.both(ctx, question{model: g.Sick, prompt: saying})
	result["dying"] = l.heard(ctx, question{model: g.Dying, prompt: story}, true)
	return result
}

func run(name, arguments string) error {
	var g given
	if err := json.Unmarshal([]byte(arguments), &g); err != nil {
		return err
	}
	made := map[string]func(given) library{
		"go-openai":        goOpenAI,
		"openai-go":        officialOpenAI,
		"anthropic-sdk-go": officialAnthropic,
	}[name]
	if made == nil {
		return fmt.Errorf("no library is called %q", name)
	}
	ctx, done := context.WithTimeout(context.Background(), 50*time.Second)
	defer done()
	return json.NewEncoder(os.Stdout).Encode(made(g).all(ctx, g))
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: clients LIBRARY JSON")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
