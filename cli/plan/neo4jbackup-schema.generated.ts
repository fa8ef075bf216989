// Generated from crds/neo4jbackups.yaml by `npm run types`: change the CRD, not this file.
export const neo4jBackupSpecSchema = {
	"type": "object",
	"required": [
		"target",
		"storage"
	],
	"properties": {
		"target": {
			"type": "object",
			"required": [
				"kind",
				"name"
			],
			"properties": {
				"kind": {
					"type": "string",
					"enum": [
						"Cluster",
						"Database"
					],
					"maxLength": 8
				},
				"name": {
					"type": "string",
					"maxLength": 253
				},
				"clusterRef": {
					"type": "string",
					"maxLength": 253
				},
				"namespace": {
					"type": "string",
					"maxLength": 63
				}
			},
			"additionalProperties": false
		},
		"storage": {
			"type": "object",
			"required": [
				"type"
			],
			"properties": {
				"type": {
					"type": "string",
					"enum": [
						"s3",
						"gcs",
						"azure",
						"pvc"
					],
					"maxLength": 5
				},
				"bucket": {
					"type": "string",
					"maxLength": 222
				},
				"path": {
					"type": "string",
					"maxLength": 512
				},
				"pvc": {
					"type": "object",
					"properties": {
						"storageClassName": {
							"type": "string",
							"maxLength": 253
						},
						"name": {
							"type": "string",
							"maxLength": 253
						},
						"size": {
							"type": "string",
							"maxLength": 32
						}
					},
					"additionalProperties": false
				},
				"cloud": {
					"type": "object",
					"properties": {
						"provider": {
							"type": "string",
							"enum": [
								"aws",
								"gcp",
								"azure"
							],
							"maxLength": 5
						},
						"credentialsSecretRef": {
							"type": "string",
							"maxLength": 253
						},
						"endpointURL": {
							"type": "string",
							"maxLength": 512
						},
						"caBundleSecretRef": {
							"type": "string",
							"maxLength": 253
						},
						"forcePathStyle": {
							"type": "boolean"
						},
						"storageAccount": {
							"type": "string",
							"maxLength": 24
						},
						"identity": {
							"type": "object",
							"required": [
								"provider"
							],
							"properties": {
								"provider": {
									"type": "string",
									"enum": [
										"aws",
										"gcp",
										"azure"
									],
									"maxLength": 5
								},
								"serviceAccount": {
									"type": "string",
									"maxLength": 253
								},
								"autoCreate": {
									"type": "object",
									"properties": {
										"enabled": {
											"type": "boolean"
										},
										"annotations": {
											"type": "object",
											"maxProperties": 64,
											"additionalProperties": {
												"type": "string",
												"maxLength": 4096
											}
										}
									},
									"additionalProperties": false
								}
							},
							"additionalProperties": false
						}
					},
					"additionalProperties": false
				}
			},
			"additionalProperties": false
		},
		"schedule": {
			"type": "string",
			"maxLength": 256
		},
		"timeZone": {
			"type": "string",
			"maxLength": 64
		},
		"schedules": {
			"type": "array",
			"maxItems": 20,
			"items": {
				"type": "object",
				"required": [
					"name",
					"schedule"
				],
				"properties": {
					"name": {
						"type": "string",
						"maxLength": 63
					},
					"schedule": {
						"type": "string",
						"maxLength": 256
					},
					"timeZone": {
						"type": "string",
						"maxLength": 64
					},
					"backupType": {
						"type": "string",
						"enum": [
							"FULL",
							"DIFF",
							"AUTO"
						],
						"maxLength": 4
					}
				},
				"additionalProperties": false
			}
		},
		"startingDeadline": {
			"type": "string",
			"maxLength": 32
		},
		"catchUp": {
			"type": "string",
			"enum": [
				"RunOnce",
				"Skip"
			]
		},
		"jitter": {
			"type": "string",
			"maxLength": 32
		},
		"suspend": {
			"type": "boolean"
		},
		"execution": {
			"type": "string",
			"enum": [
				"Job",
				"Sidecar"
			],
			"maxLength": 7
		},
		"deletionPolicy": {
			"type": "string",
			"enum": [
				"Retain",
				"Delete"
			]
		},
		"cloud": {
			"type": "object",
			"properties": {
				"provider": {
					"type": "string",
					"enum": [
						"aws",
						"gcp",
						"azure"
					],
					"maxLength": 5
				},
				"credentialsSecretRef": {
					"type": "string",
					"maxLength": 253
				},
				"endpointURL": {
					"type": "string",
					"maxLength": 512
				},
				"caBundleSecretRef": {
					"type": "string",
					"maxLength": 253
				},
				"forcePathStyle": {
					"type": "boolean"
				},
				"storageAccount": {
					"type": "string",
					"maxLength": 24
				},
				"identity": {
					"type": "object",
					"required": [
						"provider"
					],
					"properties": {
						"provider": {
							"type": "string",
							"enum": [
								"aws",
								"gcp",
								"azure"
							],
							"maxLength": 5
						},
						"serviceAccount": {
							"type": "string",
							"maxLength": 253
						},
						"autoCreate": {
							"type": "object",
							"properties": {
								"enabled": {
									"type": "boolean"
								},
								"annotations": {
									"type": "object",
									"maxProperties": 64,
									"additionalProperties": {
										"type": "string",
										"maxLength": 4096
									}
								}
							},
							"additionalProperties": false
						}
					},
					"additionalProperties": false
				}
			},
			"additionalProperties": false
		},
		"retention": {
			"type": "object",
			"properties": {
				"maxAge": {
					"type": "string",
					"maxLength": 8
				},
				"maxCount": {
					"type": "integer",
					"minimum": 1,
					"maximum": 1000000
				},
				"minCount": {
					"type": "integer",
					"minimum": 1,
					"maximum": 1000000
				},
				"keep": {
					"type": "object",
					"minProperties": 1,
					"properties": {
						"hourly": {
							"type": "integer",
							"minimum": 1,
							"maximum": 100000
						},
						"daily": {
							"type": "integer",
							"minimum": 1,
							"maximum": 100000
						},
						"weekly": {
							"type": "integer",
							"minimum": 1,
							"maximum": 100000
						},
						"monthly": {
							"type": "integer",
							"minimum": 1,
							"maximum": 100000
						},
						"yearly": {
							"type": "integer",
							"minimum": 1,
							"maximum": 100000
						}
					},
					"additionalProperties": false
				},
				"pinned": {
					"type": "array",
					"maxItems": 256,
					"items": {
						"type": "string",
						"maxLength": 23
					}
				},
				"deletePolicy": {
					"type": "string",
					"enum": [
						"Delete",
						"Archive"
					]
				},
				"mode": {
					"type": "string",
					"enum": [
						"Enforce",
						"Plan"
					]
				},
				"versions": {
					"type": "string",
					"enum": [
						"Keep",
						"Delete"
					]
				},
				"cloud": {
					"type": "object",
					"properties": {
						"provider": {
							"type": "string",
							"enum": [
								"aws",
								"gcp",
								"azure"
							],
							"maxLength": 5
						},
						"credentialsSecretRef": {
							"type": "string",
							"maxLength": 253
						},
						"endpointURL": {
							"type": "string",
							"maxLength": 512
						},
						"caBundleSecretRef": {
							"type": "string",
							"maxLength": 253
						},
						"forcePathStyle": {
							"type": "boolean"
						},
						"storageAccount": {
							"type": "string",
							"maxLength": 24
						},
						"identity": {
							"type": "object",
							"required": [
								"provider"
							],
							"properties": {
								"provider": {
									"type": "string",
									"enum": [
										"aws",
										"gcp",
										"azure"
									],
									"maxLength": 5
								},
								"serviceAccount": {
									"type": "string",
									"maxLength": 253
								},
								"autoCreate": {
									"type": "object",
									"properties": {
										"enabled": {
											"type": "boolean"
										},
										"annotations": {
											"type": "object",
											"maxProperties": 64,
											"additionalProperties": {
												"type": "string",
												"maxLength": 4096
											}
										}
									},
									"additionalProperties": false
								}
							},
							"additionalProperties": false
						}
					},
					"additionalProperties": false
				}
			},
			"additionalProperties": false
		},
		"options": {
			"type": "object",
			"properties": {
				"compress": {
					"type": "boolean"
				},
				"backupType": {
					"type": "string",
					"enum": [
						"FULL",
						"DIFF",
						"AUTO"
					],
					"maxLength": 4
				},
				"preferDiffAsParent": {
					"type": "boolean"
				},
				"tempPath": {
					"type": "string",
					"maxLength": 512
				},
				"tempStorage": {
					"type": "object",
					"required": [
						"size"
					],
					"properties": {
						"size": {
							"type": "string",
							"maxLength": 32
						},
						"storageClassName": {
							"type": "string",
							"maxLength": 253
						}
					},
					"additionalProperties": false
				},
				"pageCache": {
					"type": "string",
					"maxLength": 16
				},
				"encryption": {
					"type": "object",
					"properties": {
						"enabled": {
							"type": "boolean"
						},
						"keySecret": {
							"type": "string",
							"maxLength": 253
						},
						"keySecretKey": {
							"type": "string",
							"maxLength": 253
						},
						"algorithm": {
							"type": "string",
							"enum": [
								"AES256",
								"ChaCha20"
							]
						}
					},
					"additionalProperties": false
				},
				"verify": {
					"type": "boolean"
				},
				"parallelDownload": {
					"type": "boolean"
				},
				"remoteAddressResolution": {
					"type": "boolean"
				},
				"skipRecovery": {
					"type": "boolean"
				},
				"additionalArgs": {
					"type": "array",
					"maxItems": 64,
					"items": {
						"type": "string",
						"maxLength": 1024
					}
				},
				"includeMetadata": {
					"type": "string",
					"enum": [
						"all",
						"none",
						"users",
						"roles"
					]
				},
				"parallelRecovery": {
					"type": "boolean"
				},
				"keepFailed": {
					"type": "boolean"
				},
				"maxChainLength": {
					"type": "integer",
					"minimum": 1,
					"maximum": 10000
				},
				"timeout": {
					"type": "string",
					"maxLength": 32
				},
				"resources": {
					"type": "object",
					"properties": {
						"limits": {
							"type": "object",
							"maxProperties": 16,
							"additionalProperties": {
								"anyOf": [
									{
										"type": "integer"
									},
									{
										"type": "string"
									}
								],
								"pattern": "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"
							}
						},
						"requests": {
							"type": "object",
							"maxProperties": 16,
							"additionalProperties": {
								"anyOf": [
									{
										"type": "integer"
									},
									{
										"type": "string"
									}
								],
								"pattern": "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"
							}
						}
					},
					"additionalProperties": false
				}
			},
			"additionalProperties": false
		}
	},
	"additionalProperties": false
} as const;
