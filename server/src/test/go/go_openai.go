package main

import (
	"context"
	"errors"
	"io"

	openai "github.com/sashabaranov/go-openai"
)

// The library that most programs in Go use for OpenAI's dialect.
func goOpenAI(g given) library {
	config := openai.DefaultConfig(g.Key)
	config.BaseURL = g.Base + "/v1"
	client := openai.NewClientWithConfig(config)
	return library{
		ask: func(ctx context.Context, asked question, streamed bool) (said, error) {
			request := goOpenAIRequest(asked)
			if streamed {
				return goOpenAIStreamed(ctx, client, request)
			}
			answer, err := client.CreateChatCompletion(ctx, request)
			if err != nil {
				return said{}, err
			}
			choice := answer.Choices[0]
			return goOpenAISaid(choice.Message, choice.FinishReason, &answer.Usage), nil
		},
		status: func(err error) int {
			var one *openai.APIError
			if errors.As(err, &one) {
				return one.HTTPStatusCode
			}
			return 0
		},
		more: map[string]func(ctx context.Context, model string) (any, error){
			"models": func(ctx context.Context, _ string) (any, error) {
				list, err := client.ListModels(ctx)
				ids := []string{}
				for _, model := range list.Models {
					ids = append(ids, model.ID)
				}
				return ids, err
			},
		},
	}
}

func goOpenAIRequest(asked question) openai.ChatCompletionRequest {
	request := openai.ChatCompletionRequest{
		Model: asked.model,
		Messages: []openai.ChatCompletionMessage{
			{Role: openai.ChatMessageRoleUser, Content: asked.prompt},
		},
	}
	if asked.tools {
		request.Tools = []openai.Tool{{
			Type: openai.ToolTypeFunction,
			Function: &openai.FunctionDefinition{
				Name:        "get_weather",
				Description: "The weather of a city",
				Parameters:  weather(),
			},
		}}
	}
	if asked.after != nil {
		request.Messages = append(request.Messages, asked.after.exchange.(openai.ChatCompletionMessage))
		for _, one := range asked.after.Calls {
			request.Messages = append(request.Messages, openai.ChatCompletionMessage{
				Role: openai.ChatMessageRoleTool, ToolCallID: one.ID, Content: told,
			})
		}
	}
	return request
}

// The library leaves it to its users to join the pieces of a stream.
func goOpenAIStreamed(
	ctx context.Context, client *openai.Client, request openai.ChatCompletionRequest,
) (said, error) {
	request.StreamOptions = &openai.StreamOptions{IncludeUsage: true}
	stream, err := client.CreateChatCompletionStream(ctx, request)
	if err != nil {
		return said{}, err
	}
	defer stream.Close()
	message := openai.ChatCompletionMessage{Role: openai.ChatMessageRoleAssistant}
	var finish openai.FinishReason
	var usage *openai.Usage
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return goOpenAISaid(message, finish, usage), nil
		}
		if err != nil {
			return goOpenAISaid(message, finish, usage), err
		}
		if chunk.Usage != nil {
			usage = chunk.Usage
		}
		for _, choice := range chunk.Choices {
			message.Content += choice.Delta.Content
			if choice.FinishReason != "" {
				finish = choice.FinishReason
			}
			for _, piece := range choice.Delta.ToolCalls {
				for *piece.Index >= len(message.ToolCalls) {
					message.ToolCalls = append(message.ToolCalls, openai.ToolCall{Type: openai.ToolTypeFunction})
				}
				whole := &message.ToolCalls[*piece.Index]
				whole.ID += piece.ID
				whole.Function.Name += piece.Function.Name
				whole.Function.Arguments += piece.Function.Arguments
			}
		}
	}
}

func goOpenAISaid(
	message openai.ChatCompletionMessage, finish openai.FinishReason, usage *openai.Usage,
) said {
	one := said{Text: message.Content, Finish: string(finish), exchange: message}
	if usage != nil {
		one.Input = int64(usage.PromptTokens)
		one.Output = int64(usage.CompletionTokens)
	}
	for _, called := range message.ToolCalls {
		one.Calls = append(one.Calls, call{called.ID, called.Function.Name, called.Function.Arguments})
	}
	return one
}
