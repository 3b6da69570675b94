mock_provider "aws" {}

variables {
  bucket              = "acme-artifacts"
  trace_viewer_origin = "https://traces.example.com"
}

run "one_origin_may_get_and_nothing_else" {
  command = plan

  assert {
    condition     = aws_s3_bucket_cors_configuration.traces.bucket == "acme-artifacts"
    error_message = "The rule is for the bucket of the artifacts."
  }
  assert {
    condition = [for rule in aws_s3_bucket_cors_configuration.traces.cors_rule : [rule.allowed_methods, rule.allowed_origins]] == [
      [toset(["GET"]), toset(["https://traces.example.com"])]
    ]
    error_message = "The trace viewer's origin, and no other, may GET."
  }
  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_cors_configuration.traces.cors_rule :
      length(coalesce(rule.allowed_headers, [])) + length(coalesce(rule.expose_headers, [])) == 0
    ])
    error_message = "The viewer needs no header of its own."
  }
}

run "a_port_of_its_own_is_an_origin_too" {
  command = plan
  variables {
    trace_viewer_origin = "https://traces.example.com:8322"
  }
}

run "everybody_is_no_origin" {
  command = plan
  variables {
    trace_viewer_origin = "*"
  }
  expect_failures = [var.trace_viewer_origin]
}

run "a_pattern_is_no_origin" {
  command = plan
  variables {
    trace_viewer_origin = "https://*.example.com"
  }
  expect_failures = [var.trace_viewer_origin]
}

run "an_address_with_a_path_is_no_origin" {
  command = plan
  variables {
    trace_viewer_origin = "https://traces.example.com/"
  }
  expect_failures = [var.trace_viewer_origin]
}

run "what_is_not_encrypted_is_refused" {
  command = plan
  variables {
    trace_viewer_origin = "http://traces.example.com"
  }
  expect_failures = [var.trace_viewer_origin]
}

run "a_spelling_that_browsers_do_not_send_is_refused" {
  command = plan
  variables {
    trace_viewer_origin = "https://traces.example.com:443"
  }
  expect_failures = [var.trace_viewer_origin]
}
